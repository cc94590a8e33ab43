import * as pulumi from "@pulumi/pulumi";
import { GatewayAuthorizationServer } from "../../../components/gateway/authorization-server";
import { GatewayBackend } from "../../../components/gateway/backend";
import { GatewayBackendPool } from "../../../components/gateway/backend-pool";
import { GatewayCertificate } from "../../../components/gateway/certificate";
import { GatewayFragment } from "../../../components/gateway/fragment";
import { GatewayPolicy } from "../../../components/gateway/gateway-policy";
import { GatewayGroup } from "../../../components/gateway/group";
import type { EntityKind } from "../../../components/gateway/inventory";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { GatewayOpenIdProvider } from "../../../components/gateway/open-id-provider";
import { GatewayProduct } from "../../../components/gateway/product";
import type { GatewayReference } from "../../../components/gateway/reference";
import { GatewaySchema } from "../../../components/gateway/schema";
import { GatewaySubscription } from "../../../components/gateway/subscription";
import { GatewayTag } from "../../../components/gateway/tag";
import { GatewayTracing } from "../../../components/gateway/tracing";
import { GatewayVersionSet } from "../../../components/gateway/version-set";
import { forwardRequest, policyDocument, policyFragment, setHeader } from "../../../policies/gateway";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { received } from "../../../validation/issue";
import { seedGateway } from "../fixtures";
import { deploy, plan, refusal } from "../harness";
import {
  asOwner,
  insightsLogger,
  listApi,
  seedReadingGateway,
  UNAUTHENTICATED,
  type ReadingGateway,
} from "./standing";

interface Child {
  readonly component: string;
  /** What it is in the inventory of a gateway; the policy and the tracing of a gateway have no name of their own. */
  readonly kind?: EntityKind;
  readonly build: (name: string, standing: ReadingGateway, azure: SimulatedAzure) => pulumi.ComponentResource;
}

function backend(name: string, gateway: GatewayReference): GatewayBackend {
  return new GatewayBackend(name, { gateway, url: "https://x.contoso.com", credentials: UNAUTHENTICATED });
}

function product(name: string, gateway: GatewayReference): GatewayProduct {
  return new GatewayProduct(name, { gateway, displayName: "Partners", description: "Orders.", apis: {} });
}

/** Every component that stands on a gateway, but for an API. */
const CHILDREN: readonly Child[] = [
  {
    component: "GatewayAuthorizationServer",
    kind: "authorizationServer",
    build: (name, { gateway }) =>
      new GatewayAuthorizationServer(name, {
        gateway,
        displayName: "Entra ID",
        authorizationEndpoint: "https://login.contoso.com/authorize",
        tokenEndpoint: "https://login.contoso.com/token",
        clientRegistrationEndpoint: "https://login.contoso.com",
        clientId: "console",
      }),
  },
  {
    component: "GatewayBackend",
    kind: "backend",
    build: (name, { gateway }) => backend(name, gateway),
  },
  {
    component: "GatewayBackendPool",
    kind: "backend",
    build: (name, { gateway }) =>
      new GatewayBackendPool(name, {
        gateway,
        members: { only: { backend: backend(`${name}-member`, gateway), weight: 1 } },
      }),
  },
  {
    component: "GatewayCertificate",
    kind: "certificate",
    build: (name, { gateway, secretId }) => new GatewayCertificate(name, { gateway, secretId }),
  },
  {
    component: "GatewayFragment",
    kind: "fragment",
    build: (name, { gateway }) =>
      new GatewayFragment(name, {
        gateway,
        description: "Marks a request.",
        fragment: policyFragment([setHeader({ name: "X-Marked", values: ["yes"] })]),
      }),
  },
  {
    component: "GatewayGroup",
    kind: "group",
    build: (name, { gateway }) => new GatewayGroup(name, { gateway, displayName: "Partners" }),
  },
  {
    component: "GatewayLogger",
    kind: "logger",
    build: (name, { gateway }, azure) => insightsLogger(name, gateway, azure),
  },
  {
    component: "GatewayNamedValue",
    kind: "namedValue",
    build: (name, { gateway, secretId }) => new GatewayNamedValue(name, { gateway, secretId }),
  },
  {
    component: "GatewayOpenIdProvider",
    kind: "openIdProvider",
    build: (name, { gateway }) =>
      new GatewayOpenIdProvider(name, {
        gateway,
        displayName: "Partners",
        metadataEndpoint: "https://login.contoso.com/.well-known/openid-configuration",
        clientId: "console",
      }),
  },
  {
    component: "GatewayPolicy",
    build: (name, { gateway }) =>
      new GatewayPolicy(name, {
        gateway,
        policy: policyDocument({ scope: "global", backend: [forwardRequest()] }),
      }),
  },
  {
    component: "GatewayProduct",
    kind: "product",
    build: (name, { gateway }) =>
      new GatewayProduct(name, {
        gateway,
        displayName: "Partners",
        description: "Orders.",
        apis: { orders: listApi(gateway, "orders") },
        policy: policyDocument({ scope: "product" }),
      }),
  },
  {
    component: "GatewaySchema",
    kind: "schema",
    build: (name, { gateway }) => new GatewaySchema(name, { gateway, xml: "<schema/>" }),
  },
  {
    component: "GatewaySubscription",
    kind: "subscription",
    build: (name, { gateway }) =>
      new GatewaySubscription(name, {
        gateway,
        displayName: "Warehouse",
        scope: { product: product(`${name}-product`, gateway) },
      }),
  },
  {
    component: "GatewayTag",
    kind: "tag",
    build: (name, { gateway }) => new GatewayTag(name, { gateway, displayName: "Sales" }),
  },
  {
    component: "GatewayTracing",
    build: (name, { gateway }, azure) =>
      new GatewayTracing(name, { gateway, logger: insightsLogger(`${name}-logger`, gateway, azure) }),
  },
  {
    component: "GatewayVersionSet",
    kind: "versionSet",
    build: (name, { gateway }) =>
      new GatewayVersionSet(name, { gateway, displayName: "Orders", scheme: { kind: "segment" } }),
  },
];

const NAMED = CHILDREN.flatMap(({ kind, ...child }) => (kind === undefined ? [] : [{ ...child, kind }]));

const onReading = ({ build }: Child, show = (gateway: GatewayReference) => gateway) =>
  deploy((azure) => {
    const { gateway, secretId } = seedReadingGateway(azure);
    return build("some", { gateway: show(gateway), secretId }, azure);
  });

describe.each(CHILDREN)("the children of a $component", (child) => {
  it("are retried where Azure refuses them for a passing reason, and go with the service that this stack owns", async () => {
    const { registrations } = await onReading(child, asOwner);
    const children = registrations.filter(({ type }) => !type.startsWith("enterprise-integration:"));
    expect(children.length).toBeGreaterThan(0);
    for (const { name, errorHooks, deletedWith } of children) {
      expect({ name, errorHooks, deletedWith }).toEqual({
        name,
        errorHooks: ["retry-refused-writes"],
        deletedWith: "service",
      });
    }
  });

  it("are deleted one by one where another stack owns the service", async () => {
    const { registrations } = await onReading(child);
    expect(registrations.filter(({ deletedWith }) => deletedWith !== undefined)).toEqual([]);
  });

  it("are planned the same when they are built again", async () => {
    expect(plan(await onReading(child))).toEqual(plan(await onReading(child)));
  });

  it("do not wait for the arguments of their component, which are kept nowhere", async () => {
    const { registrations } = await onReading(child);
    expect(registrations.filter(({ type }) => type.endsWith(`:${child.component}`))).toMatchObject([
      { type: `enterprise-integration:index:${child.component}`, name: "some", inputs: {} },
    ]);
  });
});

describe.each(NAMED)("the name of a $component", ({ component, kind, build }) => {
  const anything = Object.create(pulumi.Resource.prototype) as pulumi.Resource;

  it("is its id on the gateway, where policies and others find it", async () => {
    const { result } = await deploy((azure) => {
      const standing = seedReadingGateway(azure);
      build("some", standing, azure);
      return standing.gateway.inventory;
    });
    expect(result.ids(kind)).toContain("some");
    expect(result.resources([{ kind, id: "SOME" }])).toHaveLength(1);
  });

  it("is one that nothing of its kind has", async () => {
    expect(
      await refusal("some", (azure) => {
        const standing = seedReadingGateway(azure);
        standing.gateway.inventory.add(kind, "Some", anything);
        build("some", standing, azure);
      }),
    ).toMatch(
      new RegExp(
        `^${component} "some" is not valid: 1 problem\n  - name: the id of an? .* is unique on a gateway, without regard` +
          ' to case \\(received "some"\\)\n    fix: choose another name for one of the two$',
      ),
    );
  });

  it("is one that Azure takes", async () => {
    expect(
      await refusal("some thing", (azure) => {
        build("some thing", seedReadingGateway(azure), azure);
      }),
    ).toContain("- name: the name of ");
  });
});

describe("the names of what stands on a gateway", () => {
  const refuse = (name: string) =>
    refusal(name, (azure) => new GatewayTag(name, { gateway: seedGateway(azure), displayName: "Sales" }));

  it.each(["a", "a1", "A-1", "a".repeat(80)])("may be %s", async (name) => {
    const { azure } = await deploy(
      (simulated) => new GatewayTag(name, { gateway: seedGateway(simulated), displayName: "Sales" }),
    );
    expect(azure.all("azure-native:apimanagement:Tag")).toHaveLength(1);
  });

  it.each(["-a", "a-", "a_b", "a.b", "a".repeat(81)])("may not be %s", async (name) => {
    expect(await refuse(name)).toBe(
      [
        `GatewayTag "${name}" is not valid: 1 problem`,
        "  - name: the name of what stands on a gateway has 1 to 80 letters, digits and hyphens, with no hyphen at either" +
          ` end (received ${received(name)})`,
        "    fix: write 1 to 80 letters, digits and hyphens, with no hyphen at either end",
      ].join("\n"),
    );
  });
});
