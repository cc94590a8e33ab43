export { templateNames, type LinkOption } from "./checks";
export type {
  ApiContact,
  ApiContract,
  ApiLicense,
  ApiOperation,
  ContractImport,
  DeclaredOperation,
  Described,
  GraphQlContract,
  OperationsContract,
  RestContract,
  SoapContract,
} from "./contract";
export { graphQlContract, readGraphQlContract, type GraphQlDescription } from "./graphql";
export { openApiContract, readOpenApiContract } from "./openapi";
export { operations, type OperationArgs, type OperationsArgs } from "./operations";
export { contractOfWorkflow, operationIdOf } from "./workflow";
export { readWsdlContract, wsdlContract, type WsdlOptions } from "./wsdl";
