import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS, EDITING, grantsIn, LIFECYCLES, PERSONAS } from "../../components/access";
import { grant, type Verb } from "../../components/grants";
import { BUILT_IN_ROLES } from "../../rehearsal/azure/types/authorization";
import { nameOf, text } from "../../rehearsal/azure/types/common";
import { seedGroups, seedIdentity } from "./fixtures";
import { deploy, registrationOf } from "./harness";

const [OPERATORS, DEVELOPERS, PIPELINE] = ["1", "2", "a"].map(
  (digit) => `10000000-0000-0000-0000-00000000000${digit}`,
) as [string, string, string];

/** The name of the role behind a verb, as Azure is asked for it. */
async function roleOf(verb: Verb): Promise<string> {
  const deployment = await deploy((azure) => {
    seedGroups(azure, "rg-gateway");
    const { principalId: to } = seedIdentity(azure);
    return grant[verb](verb, { on: `/subscriptions/${azure.subscriptionId}/resourceGroups/rg-gateway`, to });
  });
  return (
    BUILT_IN_ROLES[nameOf(text(registrationOf(deployment, verb).inputs, "roleDefinitionId") ?? "")] ?? ""
  );
}

describe("access", () => {
  const given = [...Object.values(ACCESS).flatMap((groups) => Object.values(groups).flat())];

  it("reads no secret and no backup, and sends nothing", () => {
    const data: Verb[] = ["readSecrets", "readBlobs", "writeBlobs", "sendMessages", "receiveMessages"];
    expect([...given, ...Object.values(EDITING).flat()].filter((verb) => data.includes(verb))).toEqual([]);
  });

  it("lets pipelines alone give access and deploy, and nobody edit who is not told to", () => {
    const others = [ACCESS.operators, ACCESS.developers].flatMap((groups) => Object.values(groups).flat());
    const strong: Verb[] = [
      "deployResources",
      "assignRoles",
      "operateGateway",
      "editGateway",
      "editWorkflows",
    ];
    expect(others.filter((verb) => strong.includes(verb))).toEqual([]);
    expect([...grantsIn("gateway", { developers: [DEVELOPERS] }).keys()]).toEqual([
      `readGateway-${DEVELOPERS}`,
    ]);
    expect([
      ...grantsIn("gateway", { developers: [DEVELOPERS], developersEdit: { because: "a sandbox" } }).keys(),
    ]).toEqual([`readGateway-${DEVELOPERS}`, `editGateway-${DEVELOPERS}`]);
  });

  it("tells groups from service principals", () => {
    const grants = [...grantsIn("shared", { operators: [OPERATORS], pipelines: [PIPELINE] }).values()];
    expect(grants).toEqual([
      { verb: "readLogs", to: OPERATORS, principalType: "Group" },
      { verb: "deployResources", to: PIPELINE, principalType: "ServicePrincipal" },
      { verb: "assignRoles", to: PIPELINE, principalType: "ServicePrincipal" },
    ]);
  });

  it("gives a role once to who is two things, under a name that stays when they are one only", () => {
    const both = grantsIn("shared", { operators: [OPERATORS], developers: [OPERATORS.toUpperCase()] });
    expect([...both.keys()]).toEqual([`readLogs-${OPERATORS}`]);
    expect([...grantsIn("shared", { developers: [OPERATORS] }).keys()]).toEqual([...both.keys()]);
  });

  it("is what docs/access.md says", async () => {
    const page = readFileSync(join(__dirname, "../../docs/access.md"), "utf8");
    const cell = async (verbs: readonly Verb[]) => {
      const roles = await verbs.reduce<Promise<string[]>>(
        async (before, verb) => [...(await before), `_${await roleOf(verb)}_`],
        Promise.resolve([]),
      );
      return roles.length === 0 ? "nothing" : roles.join(", ");
    };
    const rows: [string, (typeof ACCESS)[(typeof PERSONAS)[number]]][] = [
      ...PERSONAS.map((persona): (typeof rows)[number] => [`\`${persona}\``, ACCESS[persona]]),
      ["… with `developersEdit`, as well", EDITING],
    ];
    const told = page
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((text) => text.trim()),
      );
    for (const [title, groups] of rows) {
      const cells: string[] = [];
      for (const lifecycle of LIFECYCLES) cells.push(await cell(groups[lifecycle]));
      expect(told).toContainEqual([title, ...cells]);
    }
  });
});
