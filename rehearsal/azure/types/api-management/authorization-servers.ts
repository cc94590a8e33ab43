import type { Properties, ResourceType, Rule, StoredResource } from "../../resource-type";
import { items, nameOf, rule, same, text, texts } from "../common";
import {
  child,
  childNameRule,
  EXAMPLE_API,
  existing,
  inService,
  serviceIdOf,
  TOKENS,
  validationError,
} from "./common";
import { inUseRule } from "./in-use";
import { absoluteUrlRule, lengthRule, oneOfRule } from "./value-rules";

const server: Properties = {
  authsid: "entra",
  displayName: "Entra ID",
  authorizationEndpoint: "https://login.example.com/oauth2/v2.0/authorize",
  tokenEndpoint: "https://login.example.com/oauth2/v2.0/token",
  clientRegistrationEndpoint: "https://login.example.com",
  clientId: "00000000-0000-0000-0000-000000000004",
  grantTypes: ["authorizationCode"],
  authorizationMethods: ["GET"],
};
const serverExample = inService(server);

const provider: Properties = {
  opid: "entra",
  displayName: "Entra ID",
  metadataEndpoint: "https://login.example.com/.well-known/openid-configuration",
  clientId: "00000000-0000-0000-0000-000000000004",
};
const providerExample = inService(provider);

/** The two ways in which the portal's test console gets tokens for an API, and how an API names each. */
interface TokenSource {
  readonly token: string;
  readonly path: string;
  /** The property of an API that names one, and the one that names several. */
  readonly one: string;
  readonly several: string;
  readonly property: string;
  /** How Azure says that there is none: https://github.com/Azure/apiops/issues/734 */
  readonly missing: string;
}

const SERVER: TokenSource = {
  token: "azure-native:apimanagement:AuthorizationServer",
  path: "/authorizationServers",
  one: "authenticationSettings.oAuth2",
  several: "authenticationSettings.oAuth2AuthenticationSettings",
  property: "authorizationServerId",
  missing: "Authorization server was not found.",
};
const PROVIDER: TokenSource = {
  token: "azure-native:apimanagement:OpenIdConnectProvider",
  path: "/openidConnectProviders",
  one: "authenticationSettings.openid",
  several: "authenticationSettings.openidAuthenticationSettings",
  property: "openidProviderId",
  missing: "OpenID Connect provider was not found.",
};

/** The names of those that an API uses. */
function namesIn(inputs: Properties, { one, several, property }: TokenSource): readonly string[] {
  const settings = [text(inputs, `${one}.${property}`)];
  return [...settings, ...items(inputs, several).map((item) => text(item, property))].flatMap((id) =>
    id === undefined ? [] : [nameOf(id)],
  );
}

const apiWith = (kind: TokenSource, id: string): Properties => ({
  ...EXAMPLE_API,
  authenticationSettings: { [kind.several.split(".")[1] ?? ""]: [{ [kind.property]: id }] },
});

/** What an API names to get tokens from must be there. */
export const API_AUTHENTICATION_RULES: readonly Rule[] = [
  { kind: SERVER, id: "apim-api-authorization-server", inputs: server },
  { kind: PROVIDER, id: "apim-api-openid-provider", inputs: provider },
].map(({ kind, id, inputs: used }) =>
  rule({
    id,
    source: "https://github.com/Azure/apiops/issues/734",
    ...inService(apiWith(kind, "entra"), existing(kind.token, used)),
    refused: { inputs: apiWith(kind, "absent") },
    check: ({ id: api, inputs }, azure) =>
      namesIn(inputs, kind).some((name) => azure.get(`${serviceIdOf(api)}${kind.path}/${name}`) === undefined)
        ? validationError("AuthenticationSettings", kind.missing)
        : undefined,
  }),
);

const usedByApi =
  (kind: TokenSource) =>
  (api: StoredResource, { id }: { readonly id: string }): boolean =>
    namesIn(api.inputs, kind).some((name) => same(name, nameOf(id)));

const portalUse = ({ inputs }: { readonly inputs: Properties }): Properties => ({
  useInTestConsole: inputs.useInTestConsole ?? true,
  useInApiDocumentation: inputs.useInApiDocumentation ?? false,
});

const serverType = child({
  token: SERVER.token,
  path: `${SERVER.path}/{authsid}`,
  // Told by a separate call only.
  secrets: ["clientSecret", "resourceOwnerPassword"],
  writeOnly: ["clientSecret", "resourceOwnerPassword"],
  outputs: portalUse,
  rules: [
    childNameRule({
      id: "apim-authorization-server-id",
      property: "authsid",
      max: 80,
      example: serverExample,
    }),
    lengthRule({
      id: "apim-authorization-server-display-name",
      paths: ["displayName"],
      max: 50,
      example: serverExample,
      refused: { displayName: "a".repeat(51) },
    }),
    absoluteUrlRule({
      id: "apim-authorization-server-endpoints",
      paths: ["authorizationEndpoint", "tokenEndpoint", "clientRegistrationEndpoint"],
      example: serverExample,
      refused: { tokenEndpoint: "/oauth2/token" },
    }),
    rule({
      id: "apim-authorization-server-methods",
      source: "GET must be always present: the declarations of @pulumi/azure-native, AuthorizationServerArgs",
      ...serverExample,
      refused: { inputs: { authorizationMethods: ["POST"] } },
      check: ({ inputs }) =>
        inputs.authorizationMethods === undefined || texts(inputs, "authorizationMethods").includes("GET")
          ? undefined
          : validationError("authorizationMethods", "must have GET"),
    }),
    ...[
      {
        name: "grant-types",
        path: "grantTypes",
        // The one with PKCE is not declared, but works: https://github.com/hashicorp/terraform-provider-azurerm/issues/24680
        allowed: [
          "authorizationCode",
          "authorizationCodeWithPkce",
          "implicit",
          "resourceOwnerPassword",
          "clientCredentials",
        ],
      },
      { name: "client-authentication", path: "clientAuthenticationMethod", allowed: ["Basic", "Body"] },
      { name: "token-sending", path: "bearerTokenSendingMethods", allowed: ["authorizationHeader", "query"] },
    ].map(({ name, path, allowed }) =>
      oneOfRule({
        id: `apim-authorization-server-${name}`,
        paths: [path],
        allowed,
        example: serverExample,
        refused: { [path]: ["none"] },
      }),
    ),
    inUseRule({
      id: "apim-authorization-server-in-use",
      source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/6637",
      kind: "Authorization Server",
      users: [TOKENS.api],
      uses: usedByApi(SERVER),
      example: serverExample,
      user: existing(TOKENS.api, apiWith(SERVER, "entra")),
    }),
  ],
});

const providerType = child({
  token: PROVIDER.token,
  path: `${PROVIDER.path}/{opid}`,
  secrets: ["clientSecret"],
  writeOnly: ["clientSecret"],
  outputs: portalUse,
  rules: [
    childNameRule({ id: "apim-openid-provider-id", property: "opid", max: 256, example: providerExample }),
    lengthRule({
      id: "apim-openid-provider-display-name",
      paths: ["displayName"],
      max: 50,
      example: providerExample,
      refused: { displayName: "a".repeat(51) },
    }),
    absoluteUrlRule({
      id: "apim-openid-provider-metadata",
      paths: ["metadataEndpoint"],
      example: providerExample,
      refused: { metadataEndpoint: "login.example.com" },
    }),
  ],
});

/** Where the developer portal gets tokens to try an API. */
export const authorizationServers: readonly ResourceType[] = [serverType, providerType];
