import type { AzureError } from "../errors";
import type { Fixture, Properties, Rule, Write } from "../resource-type";
import { others, rule, text } from "./common";

/** What holds for federated credentials, be they of an application or of a user-assigned identity. */
export const FEDERATION =
  "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

/** The rules on how many federated credentials there are of one, and for whom. */
export function federationRules(spec: {
  /** What the rules' ids begin with. */
  readonly id: string;
  readonly token: string;
  readonly given: NonNullable<Fixture["given"]>;
  /** A valid write. */
  readonly inputs: Properties;
  /** The input that names the credential. */
  readonly name: string;
  /** Whose it is. */
  readonly ownerOf: (credential: Pick<Write, "id" | "inputs">) => string;
  readonly tooMany: AzureError;
  readonly taken: AzureError;
}): readonly Rule[] {
  const { id, token, given, inputs, name, ownerOf, tooMany, taken } = spec;
  const standing = (...more: readonly Properties[]) => ({
    given: [...given, ...more.map((each) => ({ token, inputs: { ...inputs, ...each } }))],
  });
  const common = { source: FEDERATION, given, inputs };
  return [
    rule({
      ...common,
      id: `${id}-limit`,
      refused: standing(
        ...Array.from({ length: 20 }, (_, index) => ({
          [name]: `github-${index}`,
          subject: `repo:example/orders:environment:${index}`,
        })),
      ),
      check: (write, azure) => {
        const owner = ownerOf(write);
        const own = others(write, azure, token).filter((other) => ownerOf(other) === owner);
        return own.length < 20 ? undefined : tooMany;
      },
    }),
    rule({
      ...common,
      id: `${id}-unique-subject`,
      refused: standing({ [name]: "github-copy" }),
      check: (write, azure) => {
        const key = (credential: Pick<Write, "id" | "inputs">): string =>
          [ownerOf(credential), text(credential.inputs, "issuer"), text(credential.inputs, "subject")].join(
            " ",
          );
        const own = key(write);
        return others(write, azure, token).some((other) => key(other) === own) ? taken : undefined;
      },
    }),
  ];
}
