import type { AzureView, Fixture, Properties, ResourceType, Rule, Write } from "../resource-type";

/** A kind of resource that the SDK has no type of its own for, or none that serves. */
export interface GenericResource extends Pick<ResourceType, "serialised" | "yieldsTo" | "moves"> {
  /** ARM's name for it, e.g. `Microsoft.ApiManagement/service/apis/releases`. */
  readonly type: string;
  /** What a read never answers of `properties`. */
  readonly writeOnly?: readonly string[];
  /** What a read answers in `properties`, beside what was asked for. */
  outputs(write: Write, azure: AzureView): Properties;
  /** Ids that must exist, as the inputs name them. */
  references(
    write: Pick<Write, "id" | "inputs">,
  ): readonly { readonly property: string; readonly id: string }[];
  readonly rules: readonly Rule[];
  /** A valid write. */
  readonly example: Required<Pick<Fixture, "given" | "inputs">>;
}
