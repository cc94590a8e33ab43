import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commentPlans } from "../../.github/scripts/comment";
import { repositoryOf } from "../../.github/scripts/github";
import { serveGitHub, type FakeGitHub, type Written } from "./fake-github";

const COMMIT = "75aa011d3c5f0b1e2a4c6d8e9f00112233445566";
const DETAILS = "https://github.com/contoso/shop/actions/runs/1";

let folder: string;
let gitHub: FakeGitHub | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "comment-test-"));
  await writeFile(join(folder, "plan-dev.md"), "### `dev`: nothing changes\n");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await gitHub?.close();
});

async function comment(comments: Written[], times = 1): Promise<{ posted: string[]; fake: FakeGitHub }> {
  const fake = await serveGitHub({ comments });
  gitHub = fake;
  const posted: string[] = [];
  for (let time = 0; time < times; time++) {
    const options = { folder, stacks: ["dev", "prod"], commit: COMMIT, details: DETAILS };
    posted.push(await commentPlans(fake.repository, 7, options));
  }
  return { posted, fake };
}

test("the first comment names every stack, also one whose preview did not come to its end", async () => {
  const { posted, fake } = await comment([]);
  expect(posted).toEqual(["created"]);
  expect(fake.comments.map(({ body }) => body)).toEqual([
    `<!-- basic-enterprise-integration: plan -->
## What ${COMMIT} would deploy

### \`dev\`: nothing changes

### \`prod\`: there is no preview

Why is said in the [run](${DETAILS}).

[Everything that the previews said](${DETAILS})
`,
  ]);
});

test("what has no room is left out, line by line, and said to be", async () => {
  await writeFile(join(folder, "plan-prod.md"), "- a line of it\n".repeat(6_000));
  const { posted, fake } = await comment([]);
  expect(posted).toEqual(["created"]);
  const body = fake.comments[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/\n- a line of it\n\n_The rest has no room here: .+_\n$/);
});

test("the second is the first, left alone where it says the same and updated where not", async () => {
  const { posted, fake } = await comment([], 2);
  expect(posted).toEqual(["created", "unchanged"]);
  await writeFile(join(folder, "plan-dev.md"), "### `dev`: 1 to create\n");
  const options = { folder, stacks: ["dev"], commit: COMMIT, details: DETAILS };
  expect(await commentPlans(fake.repository, 7, options)).toBe("updated");
  expect(fake.comments).toHaveLength(1);
  expect(fake.comments[0]?.body).toContain("1 to create");
});

test("it is found behind a hundred others", async () => {
  const others = Array.from({ length: 130 }, (_, index) => ({
    body: `remark ${index}`,
    user: { type: "User" },
  }));
  const own = { body: "<!-- basic-enterprise-integration: plan -->\nold" };
  const { posted, fake } = await comment([...others, own]);
  expect(posted).toEqual(["updated"]);
  expect(fake.comments).toHaveLength(131);
});

test("what a person wrote is not changed, though it begins alike", async () => {
  const body = "<!-- basic-enterprise-integration: plan -->\nmine";
  const { posted, fake } = await comment([{ body, user: { type: "User" } }]);
  expect(posted).toEqual(["created"]);
  expect(fake.comments[0]?.body).toBe(body);
});

test("a refusal is told with GitHub's answer, and without the token", async () => {
  const { fake } = await comment([]);
  const refused = commentPlans({ ...fake.repository, token: "canary" }, 7, {
    folder,
    stacks: ["dev"],
    commit: COMMIT,
    details: DETAILS,
  });
  await expect(refused).rejects.toThrow(/^GitHub refuses GET .+ with 401: .+Bad credentials/);
  await expect(refused).rejects.not.toThrow(/canary/);
});

test("variables that are not set are named at once", () => {
  expect(() => repositoryOf({ GITHUB_REPOSITORY: "contoso/shop" })).toThrow(
    /^GITHUB_API_URL, GITHUB_TOKEN: not set\.\n {2}fix: /,
  );
});
