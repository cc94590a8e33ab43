import { runtime } from "@pulumi/pulumi";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Json, Properties } from "./resource-type";

/** How a value that is not known yet is written on the wire. */
export const UNKNOWN = runtime.unknownValue;

const KEY = runtime.specialSigKey;

/**
 * Reads what the engine sent. Secrets are unwrapped, as the providers do not accept any, and members that are null
 * count as absent.
 *
 * @throws Error where it holds an asset or archive, which no simulated type takes
 */
export function fromStruct(struct: Struct | undefined): Properties {
  return plainProperties(struct?.toJavaScript() ?? {});
}

/** Writes properties for the engine. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

/** Marks a value as secret, for an engine that keeps secrets. */
export function secret(value: Json): Json {
  return { [KEY]: runtime.specialSecretSig, value };
}

/** Whether a value carries the mark of {@link secret}. */
export function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && KEY in value && value[KEY] === runtime.specialSecretSig
  );
}

/** {@link fromStruct} for values that are no message any more, such as those that Pulumi's mocks hand over. */
export function plainProperties(value: object): Properties {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const plain = plainValue(member);
      return plain === null ? [] : [[name, plain]];
    }),
  );
}

function plainValue(value: unknown): Json {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return null;
  const { [KEY]: mark, ...members } = value as Readonly<Record<string, unknown>>;
  switch (mark) {
    case undefined:
      return plainProperties(value);
    case runtime.specialSecretSig:
      return plainValue(members.value);
    case runtime.specialOutputValueSig:
      return members.value === undefined ? UNKNOWN : plainValue(members.value);
    case runtime.specialResourceSig:
      return plainValue(members.id === "" ? UNKNOWN : (members.id ?? members.urn));
    default:
      throw new Error("assets and archives are not simulated; pass the text itself as a string");
  }
}
