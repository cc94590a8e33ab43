import type { Repository } from "../../.github/scripts/github";
import { serveLocally, type LocalServer } from "./http-server";

/** A comment or an issue. */
interface Text {
  id: number;
  number: number;
  title?: string;
  body: string | null;
  state: "open" | "closed";
  user: { type: string } | null;
  pull_request?: object;
}

/** Issues and the comments of pull request 7, as GitHub's REST interface tells and changes them. */
export interface FakeGitHub {
  readonly repository: Repository;
  readonly issues: Text[];
  readonly comments: Text[];
  readonly requests: LocalServer["requests"];
  readonly close: () => Promise<void>;
}

export const TOKEN = "token-of-the-job";

/** What somebody wrote, without an id. */
export type Written = Partial<Text>;

export async function serveGitHub({
  issues = [],
  comments = [],
}: { readonly issues?: Written[]; readonly comments?: Written[] } = {}): Promise<FakeGitHub> {
  let last = 100;
  const complete = (written: Written): Text => {
    last++;
    return { id: last, number: last, body: null, state: "open", user: { type: "Bot" }, ...written };
  };
  const all = { issues: issues.map(complete), comments: comments.map(complete) };
  const server = await serveLocally(({ method, path, authorization, body }) => {
    if (authorization !== `Bearer ${TOKEN}`) return [401, { message: "Bad credentials" }];
    const { pathname, searchParams } = new URL(path, "http://github.example");
    const below = pathname.replace("/repos/contoso/shop/issues", "");
    const [, kind, id] = /^\/(comments|)\/?(\d+)$/.exec(below) ?? [];
    const list = below === "" ? all.issues : below === "/7/comments" ? all.comments : undefined;
    const changed =
      kind === "comments"
        ? all.comments.find((text) => text.id === Number(id))
        : all.issues.find((text) => text.number === Number(id));
    if (method === "GET" && list) {
      const open = list.filter(({ state }) => state === "open");
      const size = Number(searchParams.get("per_page"));
      const start = (Number(searchParams.get("page")) - 1) * size;
      return [200, open.slice(start, start + size)];
    }
    if (method === "POST" && list) {
      const made = complete(JSON.parse(body) as Written);
      list.push(made);
      return [201, made];
    }
    if (method === "PATCH" && changed) return [200, Object.assign(changed, JSON.parse(body) as Written)];
    return [404, { message: "Not Found" }];
  });
  return {
    ...all,
    repository: { apiUrl: server.url, name: "contoso/shop", token: TOKEN },
    requests: server.requests,
    close: server.close,
  };
}
