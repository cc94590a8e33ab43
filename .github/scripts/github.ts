import { z } from "zod";

/** Where a repository is, and by what token it is written to. */
export interface Repository {
  /** E.g. `https://api.github.com`. */
  readonly apiUrl: string;
  /** `<owner>/<name>`. */
  readonly name: string;
  readonly token: string;
}

/**
 * The repository that a workflow runs in.
 *
 * @throws Error naming each variable that is not set
 */
export function repositoryOf(environment: NodeJS.ProcessEnv): Repository {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN } = environment;
  const missing = Object.entries({ GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN })
    .filter(([, value]) => value === undefined || value === "")
    .map(([name]) => name);
  if (!GITHUB_API_URL || !GITHUB_REPOSITORY || !GITHUB_TOKEN) {
    throw new Error(
      `${missing.join(", ")}: not set.\n  fix: run this in a workflow, with GITHUB_TOKEN: \${{ github.token }}`,
    );
  }
  return { apiUrl: GITHUB_API_URL, name: GITHUB_REPOSITORY, token: GITHUB_TOKEN };
}

const written = z.object({
  body: z.string().nullable(),
  user: z.object({ type: z.string() }).nullable(),
});
const comment = written.extend({ id: z.number() });
const issue = written.extend({ number: z.number(), pull_request: z.unknown().optional() });

/** What became of a text. */
export type Posted = "created" | "updated" | "unchanged" | "closed" | "nothing to close";

/**
 * Makes a text the one comment of its kind on a pull request: updates it where it is there, by its marker.
 *
 * @param marker invisible beginning of the comment, e.g. `<!-- plan -->`
 * @throws Error with GitHub's answer where it refuses
 */
export async function keepComment(
  repository: Repository,
  pullRequest: number,
  marker: string,
  text: string,
): Promise<Posted> {
  const comments = `/repos/${repository.name}/issues`;
  const body = fitted(`${marker}\n${text}`);
  const own = await firstOwn(repository, `${comments}/${pullRequest}/comments`, comment, marker);
  if (own === undefined) {
    await send(repository, "POST", `${comments}/${pullRequest}/comments`, { body });
    return "created";
  }
  if (own.body === body) return "unchanged";
  await send(repository, "PATCH", `${comments}/comments/${own.id}`, { body });
  return "updated";
}

/** What an issue says. */
export interface Finding {
  readonly title: string;
  readonly text: string;
}

/**
 * Keeps one open issue of a kind as long as there is something to find, and closes it then.
 *
 * @param marker invisible beginning of the issue, e.g. `<!-- drift -->`
 * @param finding nothing where there is nothing to find
 * @throws Error with GitHub's answer where it refuses
 */
export async function keepFinding(
  repository: Repository,
  marker: string,
  finding: Finding | undefined,
): Promise<Posted> {
  const issues = `/repos/${repository.name}/issues`;
  const own = await firstOwn(repository, issues, issue, marker);
  if (finding === undefined) {
    if (own === undefined) return "nothing to close";
    await send(repository, "PATCH", `${issues}/${own.number}`, {
      state: "closed",
      state_reason: "completed",
    });
    return "closed";
  }
  const { title } = finding;
  const body = fitted(`${marker}\n${finding.text}`);
  if (own === undefined) {
    await send(repository, "POST", issues, { title, body });
    return "created";
  }
  if (own.body === body) return "unchanged";
  await send(repository, "PATCH", `${issues}/${own.number}`, { title, body });
  return "updated";
}

/** Characters of a comment or an issue at most: https://github.com/telia-oss/github-pr-resource/issues/259 */
const MOST_CHARACTERS = 65_536;

const CUT = "\n\n_The rest has no room here: GitHub takes 65,536 characters._\n";

/** A text as far as it has room, line by line. */
function fitted(body: string): string {
  if (body.length <= MOST_CHARACTERS) return body;
  const room = body.slice(0, MOST_CHARACTERS - CUT.length);
  return `${room.slice(0, room.lastIndexOf("\n"))}${CUT}`;
}

/** GitHub's most for a page: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const PAGE = 100;

/** The first text with the marker that a workflow wrote: anybody may write the marker, and theirs is not ours to change. */
async function firstOwn<T extends z.infer<typeof written>>(
  repository: Repository,
  path: string,
  schema: z.ZodType<T>,
  marker: string,
): Promise<T | undefined> {
  for (let page = 1; ; page++) {
    const answer = await send(repository, "GET", `${path}?per_page=${PAGE}&page=${page}`);
    const found = z.array(schema).parse(answer);
    const own = found.find(
      ({ body, user, ...rest }) =>
        user?.type === "Bot" && body?.startsWith(marker) === true && !("pull_request" in rest),
    );
    if (own !== undefined || found.length < PAGE) return own;
  }
}

async function send(
  { apiUrl, token }: Repository,
  method: "GET" | "POST" | "PATCH",
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`GitHub refuses ${method} ${path} with ${response.status}: ${text}`);
  return JSON.parse(text);
}
