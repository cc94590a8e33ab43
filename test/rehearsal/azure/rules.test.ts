import { AzureError } from "../../../rehearsal/azure/errors";
import type { Fixture, ResourceType, Rule, Write } from "../../../rehearsal/azure/resource-type";
import { checkShape } from "../../../rehearsal/azure/shapes";
import { resourceTypes } from "../../../rehearsal/azure/types";
import { formatIssues } from "../../../validation/issue";
import { MemoryAzure } from "./memory-azure";

const rules = resourceTypes.flatMap((type) =>
  (type.rules ?? []).map((rule): [id: string, type: ResourceType, rule: Rule] => [rule.id, type, rule]),
);

function arrange(
  type: ResourceType,
  fixture: Fixture,
): { readonly azure: MemoryAzure; readonly write: Write } {
  const azure = new MemoryAzure();
  azure.standingPrincipals.push(...(fixture.principals ?? []));
  for (const { token, inputs } of fixture.given ?? []) azure.put(token, inputs);
  const previous = fixture.previous && azure.put(type.token, fixture.previous);
  const operation = fixture.operation ?? "create";
  const write = {
    operation,
    id: azure.idOf(type.token, fixture.inputs),
    inputs: fixture.inputs,
    ...(previous && { previous }),
  };
  return { azure, write };
}

function expectShape(type: ResourceType, fixture: Fixture): void {
  const parts = [...(fixture.given ?? []), { token: type.token, inputs: fixture.inputs }];
  const issues = parts.flatMap(({ token, inputs }) => checkShape(token, inputs));
  expect(issues.length === 0 ? "" : formatIssues("The fixture is not what the SDK declares", issues)).toBe(
    "",
  );
}

test("there are rules", () => {
  expect(rules.length).toBeGreaterThan(100);
});

test("every kind of resource is simulated once", () => {
  expect(new Set(resourceTypes.map(({ token }) => token)).size).toBe(resourceTypes.length);
});

test("every rule has an id of its own", () => {
  const ids = rules.map(([id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe.each(rules)("%s", (id, type, rule) => {
  test("is named in kebab-case and says where it comes from", () => {
    expect(id).toMatch(/^[a-z\d]+(?:-[a-z\d]+)+$/);
    expect(rule.source).toMatch(/\S{3}/);
  });

  test("lets the accepted fixture through, as do the other rules of its type", () => {
    const { azure, write } = arrange(type, rule.accepted);
    expectShape(type, rule.accepted);
    const refusals = (type.rules ?? []).flatMap((other) => {
      const refusal = other.check(write, azure);
      return refusal === undefined ? [] : [`${other.id}: ${refusal.message}`];
    });
    expect(refusals).toEqual([]);
    const absent = (type.references?.(write.inputs, azure) ?? []).filter(
      (one) => azure.get(one.id) === undefined,
    );
    expect(absent).toEqual([]);
  });

  test("refuses the refused fixture, which the SDK would let through", () => {
    const { azure, write } = arrange(type, rule.refused);
    expectShape(type, rule.refused);
    const refusal = rule.check(write, azure);
    expect(refusal).toBeInstanceOf(AzureError);
    expect(refusal?.status).toBeGreaterThanOrEqual(400);
    expect(refusal?.code).toMatch(/^\w+$/);
    expect(refusal?.message).toMatch(/\w/);
  });

  test("does not stumble over inputs that say nothing", () => {
    const { id: resource } = arrange(type, rule.accepted).write;
    const write: Write = { operation: "create", id: resource, inputs: {} };
    expect(() => rule.check(write, new MemoryAzure())).not.toThrow();
  });
});
