import { readFile } from "node:fs/promises";
import type { DocumentNode, GraphQLError } from "graphql";
import type { Issue } from "../../validation/issue";
import { checkDescribed, checkSize, refuse, requireValidContract } from "./checks";
import type { Described, GraphQlContract } from "./contract";

/** What a schema does not say of itself. */
export type GraphQlDescription = Omit<Described, "description"> & Partial<Pick<Described, "description">>;

/**
 * Reads the schema of a GraphQL service from a file; see {@link graphQlContract}.
 *
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function readGraphQlContract(
  file: string,
  description: GraphQlDescription,
): Promise<GraphQlContract> {
  return graphQlContract(await readFile(file, "utf8"), file, description);
}

/**
 * Reads the schema of a GraphQL service, in the schema definition language, and checks it by the rules of
 * https://spec.graphql.org/October2021/.
 *
 * @param sdl the schema
 * @param source what errors call it, e.g. its file name
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function graphQlContract(
  sdl: string,
  source: string,
  { title, description, termsOfServiceUrl, contact, license }: GraphQlDescription,
): Promise<GraphQlContract> {
  // Loaded here, so that a program without GraphQL does not pay for it.
  const { buildASTSchema, GraphQLError, parse, print, validateSchema } = await import("graphql");
  const { validateSDL } = await import("graphql/validation/validate");

  let document: DocumentNode;
  try {
    document = parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refuse(source, [issueOf(error)]);
  }
  const mistakes = validateSDL(document);
  requireValidContract(source, mistakes.map(issueOf));
  requireValidContract(
    source,
    validateSchema(buildASTSchema(document, { assumeValidSDL: true })).map(issueOf),
  );

  const contract: GraphQlContract = {
    kind: "graphql",
    schema: print(document),
    title,
    description,
    termsOfServiceUrl,
    contact,
    license,
  };
  requireValidContract(source, [
    ...checkDescribed(contract),
    ...checkSize(contract.schema, "split the API: Azure takes no schema by its address"),
  ]);
  return contract;
}

function issueOf({ message, locations }: GraphQLError): Issue {
  const [location] = locations ?? [];
  return {
    path: location ? `line ${location.line}, column ${location.column}` : "/",
    rule: message.replace(/\.$/, ""),
    fix: "correct the schema by https://spec.graphql.org/October2021/",
  };
}
