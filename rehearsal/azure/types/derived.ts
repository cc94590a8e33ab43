import { createHash } from "node:crypto";
import { armType } from "../ids";
import type { Json, Properties } from "../resource-type";
import { nameOf } from "./common";

/** 32 bytes that Azure would draw at random: here the same seed gives the same ones. */
export function bytesOf(seed: string): Buffer {
  return createHash("sha256").update(seed).digest();
}

/** Hexadecimal digits of {@link bytesOf}. */
export function hexOf(seed: string, digits: number): string {
  return bytesOf(seed).toString("hex").slice(0, digits);
}

/**
 * A time in the form that Azure writes: the same seed gives the same one.
 *
 * @param from the day after which it lies, by less than 90 days
 */
export function timeOf(seed: string, from = "2026-01-01"): string {
  const seconds = bytesOf(seed).readUInt32BE() % (90 * 24 * 3600);
  return new Date(Date.parse(from) + seconds * 1000).toISOString();
}

/** When a certificate ends that nobody gave an end: so late that no rehearsal is ever told to renew it. */
export function certificateEnd(seed: string): string {
  return timeOf(seed, "2999-01-01");
}

/** An object without some of its properties, e.g. those that are never answered; nothing where there is no object. */
export function without(value: Json | undefined, ...names: readonly string[]): Properties {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** `name` and `type` of an ARM resource, as its id tells them. */
export function nameAndType(id: string): { readonly name: string; readonly type: string } {
  return { name: nameOf(id), type: armType(id) };
}
