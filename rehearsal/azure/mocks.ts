import type { runtime } from "@pulumi/pulumi";
import { withDefaults, withoutOwn } from "./defaults";
import type { SimulatedAzure } from "./model";
import { answeredOutputs } from "./projection";
import type { Json, Properties } from "./resource-type";
import type { Shapes } from "./shapes";
import { isSecret, plainProperties, secret } from "./wire";

/**
 * Pulumi mocks over the simulated Azure, for unit tests of components: a resource is created in it, under the same
 * rules as in a rehearsal; a function is answered by it. Components, and providers, pass.
 *
 * An output is secret where the input of the same name is, as the engine has it.
 *
 * What Azure refuses rejects the resource's outputs with an `AzureError`; what is not simulated, with a
 * `NotSimulatedError`.
 */
export function simulatedMocks(ownAzure: SimulatedAzure, shapes: Shapes): runtime.Mocks {
  /** By the id of a provider that has a subscription of its own. */
  const subscriptions = new Map<string, string>();
  /** @param provider `<urn>::<id>`; empty for the default one */
  const seenThrough = (provider = ""): SimulatedAzure => {
    const subscriptionId = subscriptions.get(provider.split("::").at(-1) ?? "");
    return subscriptionId === undefined ? ownAzure : ownAzure.seenFrom(subscriptionId);
  };
  return {
    async newResource({ type: token, name, inputs, custom, id, provider }) {
      if (custom !== true || token.startsWith("pulumi:providers:")) {
        const { subscriptionId } = inputs as Properties;
        if (typeof subscriptionId === "string") subscriptions.set(`${name}-id`, subscriptionId);
        return { id: `${name}-id`, state: inputs as Properties };
      }
      const azure = seenThrough(provider);
      const type = azure.type(token);
      const given = inputs as object;
      if (id !== undefined && id !== "") {
        const found = await azure.read(token, id);
        if (found === undefined) throw new Error(`${token} ${name}: resource '${id}' does not exist`);
        return { id: found.id, state: answeredOutputs(shapes, token, found.outputs) };
      }
      const plain = plainProperties(given);
      const randomSeed = Buffer.from(token);
      const complete = withDefaults({ type, shapes, azure, name, inputs: plain, randomSeed });
      const created = await azure.create(token, withoutOwn(complete));
      const secrets = new Set(
        Object.entries(given).flatMap(([key, value]) => (isSecret(value) ? [key] : [])),
      );
      const state = Object.entries(answeredOutputs(shapes, token, created.outputs)).map(
        ([key, value]): [string, Json] => [key, secrets.has(key) ? secret(value) : value],
      );
      return { id: created.id, state: Object.fromEntries(state) };
    },
    async call({ token, inputs, provider }) {
      return seenThrough(provider).invoke(token, plainProperties(inputs as object));
    },
  };
}
