import { returnResponse } from "./statements";

/** Answers with a problem by its title: https://www.rfc-editor.org/rfc/rfc9457 */
export function answerProblem(code: number, reason: string, title: string) {
  return returnResponse({
    status: { code, reason },
    headers: [{ name: "Content-Type", existsAction: "override", values: ["application/problem+json"] }],
    body: JSON.stringify({ title, status: code }),
  });
}
