import { armResources, isLinked, MAY_BE_ANYTHING } from "../arm-resources";
import { resourceGuardrail, type Guardrail } from "../guardrail";

/** Types of which the other guardrails look at resources, as Azure Resource Manager names them. */
const JUDGED: ReadonlySet<string> = new Set([
  "microsoft.apimanagement/service",
  "microsoft.apimanagement/service/apis",
  "microsoft.apimanagement/service/apis/operations/policies",
  "microsoft.apimanagement/service/apis/policies",
  "microsoft.apimanagement/service/backends",
  "microsoft.apimanagement/service/certificates",
  "microsoft.apimanagement/service/namedvalues",
  "microsoft.apimanagement/service/policies",
  "microsoft.apimanagement/service/policyfragments",
  "microsoft.apimanagement/service/products",
  "microsoft.apimanagement/service/products/policies",
  "microsoft.apimanagement/service/subscriptions",
  "microsoft.keyvault/vaults",
  "microsoft.logic/workflows",
  "microsoft.network/dnszones",
  "microsoft.network/dnszones/cname",
  "microsoft.storage/storageaccounts",
]);

const JUDGED_KINDS: ReadonlySet<string | undefined> = new Set(
  [...JUDGED].map((type) => type.split("/").at(-1)),
);

/** Modules of azure-native that the other guardrails look at. */
const MODULES = "apimanagement|dns|keyvault|logic|storage";

/**
 * What no other guardrail looks at, as it is of another type for the same: of a version of its own, which azure-native had
 * within its modules and has in packages (https://github.com/pulumi/pulumi-azure-native/issues/3997), on a workspace of a
 * gateway, or another provider's.
 */
const TWINS = [
  { what: "an API version of its own", pattern: new RegExp(`^azure-native:(?:${MODULES})/v\\d`) },
  { what: "an API version of its own", pattern: new RegExp(`^azure-native_(?:${MODULES})_v\\d`) },
  {
    what: "a workspace",
    pattern:
      /^azure-native:apimanagement:Workspace(?:Api|Backend|Certificate|NamedValue|Policy|Product|Subscription)/,
  },
  { what: "another provider for Azure", pattern: /^(?:azure|azapi|azurerm):/ },
];

/** That nothing goes past the others. */
export const TYPE_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "judged-types",
    level: "mandatory",
    environments: "all",
    rule: "What guardrails look at has the type that they know.",
    reason:
      "They know a resource by its type: of another version or provider, in a workspace or within a template, it would go past all of them.",
    fix: "declare it by a type of @pulumi/azure-native without a version; or except it, and say who judges it",
    mirrors: [],
    judges: [...MAY_BE_ANYTHING, ...TWINS.map(({ pattern }) => pattern)],
    *judge(_inputs, resource) {
      const twin = TWINS.find(({ pattern }) => pattern.test(resource.type));
      if (twin !== undefined) {
        yield `is of ${twin.what}`;
        return;
      }
      if (isLinked(resource)) yield "has a template that stands elsewhere";
      for (const { kind, type } of armResources(resource)) {
        if (kind.endsWith("]")) yield "holds a resource of a type that only Azure can tell";
        if (!JUDGED_KINDS.has(kind)) continue;
        const judged = type().replace("/workspaces", "");
        if (JUDGED.has(judged)) yield `is or holds a ${judged}`;
      }
    },
  }),
];
