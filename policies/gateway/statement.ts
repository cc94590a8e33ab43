import type { Input } from "@pulumi/pulumi";
import { elementSpec, type ElementName, type Elements } from "./elements";
import {
  attributeName,
  type AttributeSpec,
  type ChildSpec,
  type ContentSpec,
  type Section,
  type ValueSpec,
} from "./spec";
import { knownText, type Expression, type NamedValueReference, type Value } from "./value";

/** An element of a policy document as plain data, so that `pulumi.output` resolves it as a whole. */
export interface PolicyElement {
  /** XML name. */
  readonly element: string;
  /** By XML name. */
  readonly attributes: Readonly<Record<string, Value>>;
  /** Elements and texts, in order. */
  readonly content: readonly (PolicyElement | Value)[];
}

/** A policy that may stand in each of the sections `S`. */
export interface Statement<S extends Section = never> extends PolicyElement {
  /** For the compiler only; never set. */
  readonly legalIn?: Readonly<Record<S, true>>;
}

/** The sections in which all of some statements, or fragments of them, may stand. */
export type SectionsOf<Parts extends readonly Pick<Statement, "legalIn">[]> = keyof NonNullable<
  Parts[number]["legalIn"]
> &
  Section;

/** Name of the pseudo element that says why a section does without `<base/>`; in XML it is a comment. */
export const WITHOUT_BASE = "#without-base";

/** Whether a part of an element's content is an element, not a text. */
export function isElement(part: PolicyElement | Value): part is PolicyElement {
  // A Pulumi output answers to every property name, so only the object's own ones count.
  return typeof part === "object" && Object.hasOwn(part, "element");
}

/** The policies among some parts and inside of them, each with its path. */
export function* statementsIn(
  parts: PolicyElement["content"],
  path: string,
): Generator<readonly [statement: PolicyElement, path: string]> {
  for (const [index, part] of parts.entries()) {
    if (!isElement(part)) continue;
    const place = `${path}[${index}].${part.element}`;
    yield [part, place];
    yield* statementsInside(part, elementSpec(part.element), place);
  }
}

function* statementsInside(
  element: PolicyElement,
  spec: ContentSpec | undefined,
  path: string,
): ReturnType<typeof statementsIn> {
  if (spec?.statements !== undefined) {
    yield* statementsIn(element.content, path);
    return;
  }
  for (const child of Object.values(spec?.children ?? {})) {
    const found = element.content.filter(isElement).filter((part) => part.element === child.element);
    for (const [index, part] of found.entries()) {
      const place = `${path}.${child.element}${child.repeated === true ? `[${index}]` : ""}`;
      yield* statementsInside(part, child, place);
    }
  }
}

// The options of a constructor follow from its row. Mapping over the table's own keys keeps their comments, so that an
// editor shows them.

type Dynamic<V> = NamedValueReference | (V extends { literal: true } ? never : Expression);

type ValueOption<V> = V extends { values: readonly (infer Literal extends string)[] }
  ? Input<Literal | Dynamic<V>>
  : V extends { type: "integer" | "number" }
    ? Input<number | Dynamic<V>>
    : V extends { type: "boolean" }
      ? Input<boolean | Dynamic<V>>
      : Input<string>;

type RequiredKeys<T> = { [K in keyof T]: T[K] extends { required: true } ? K : never }[keyof T];

type AttributeOptions<A, K extends keyof A> = { readonly [P in K]: ValueOption<A[P]> };

type ChildOptions<C, K extends keyof C> = {
  readonly [P in K]: C[P] extends { repeated: true } ? readonly ContentOption<C[P]>[] : ContentOption<C[P]>;
};

type Attributes<C> = C extends { attributes: infer A }
  ? AttributeOptions<A, RequiredKeys<A>> & Partial<AttributeOptions<A, Exclude<keyof A, RequiredKeys<A>>>>
  : unknown;

type Children<C> = C extends { children: infer K }
  ? ChildOptions<K, RequiredKeys<K>> & Partial<ChildOptions<K, Exclude<keyof K, RequiredKeys<K>>>>
  : unknown;

type Text<C> = C extends { text: infer T }
  ? T extends { required: true }
    ? { readonly value: ValueOption<T> }
    : { readonly value?: ValueOption<T> }
  : unknown;

/** What may be given by itself: a text whose attributes are all optional. */
type Bare<C> = C extends { attributes: infer A; text: infer T }
  ? [RequiredKeys<A>] extends [never]
    ? ValueOption<T>
    : never
  : never;

/** A list is given as an array, a mere text as its value, and everything else as an object. */
type ContentOption<C> = C extends { list: infer Item }
  ? readonly ContentOption<Item>[]
  : C extends { opaque: true }
    ? PolicyElement
    : C extends { attributes: unknown }
      ? (Attributes<C> & Children<C> & Text<C>) | Bare<C>
      : C extends { text: infer T }
        ? ValueOption<T>
        : Children<C>;

/** What the constructor of an element takes. */
export type OptionsOf<Name extends ElementName> = ContentOption<Elements[Name]>;

/** The attributes of an element whose content its constructor takes apart from them. */
export type AttributesOf<Name extends ElementName> = Attributes<Elements[Name]>;

/** The sections in which the table admits an element. */
export type LegalSections<Name extends ElementName> = Elements[Name]["sections"][number];

type Arguments<Options> = object extends Options ? [options?: Options] : [options: Options];

/**
 * The constructor of an element, made from its row of the table.
 *
 * @param name an element whose inside the table describes
 */
export function constructorOf<Name extends ElementName>(
  name: Name,
): (...args: Arguments<OptionsOf<Name>>) => Statement<LegalSections<Name>> {
  const spec = rowOf(name);
  return (...[options = {}]) => buildElement(name, spec, options);
}

/** An element from attributes by their keys and content that is there already. */
export function elementWith<Name extends ElementName, Nested extends readonly Statement[] = []>(
  name: Name,
  attributes: AttributesOf<Name>,
  content: readonly (PolicyElement | Value)[],
): Statement<LegalSections<Name> & SectionsOf<Nested>> {
  return { element: name, attributes: buildAttributes(rowOf(name), attributes ?? {}), content };
}

function rowOf(name: ElementName): ContentSpec {
  const spec = elementSpec(name);
  if (spec === undefined) throw new Error(`no row for the policy element ${name}`);
  return spec;
}

/** The types above have checked the options against the row; here they are only walked along it. */
function buildElement(element: string, spec: ContentSpec, options: unknown): PolicyElement {
  if (spec.list !== undefined) {
    const { list } = spec;
    return {
      element,
      attributes: {},
      content: asList(options).map((item) => buildElement(list.element, list, item)),
    };
  }
  if (spec.opaque === true) return options as PolicyElement;
  if (!isRecord(options)) return { element, attributes: {}, content: [plain(options as Value)] };
  const content = Object.entries(spec.children ?? {}).flatMap(([key, child]) =>
    buildChildren(child, options[key]),
  );
  const text = spec.text === undefined || options.value === undefined ? [] : [plain(options.value as Value)];
  return { element, attributes: buildAttributes(spec, options), content: [...content, ...text] };
}

function buildChildren(child: ChildSpec, option: unknown): PolicyElement[] {
  if (option === undefined) return [];
  const options = child.repeated === true ? asList(option) : [option];
  return options.map((item) => buildElement(child.element, child, item));
}

function buildAttributes(spec: ContentSpec, options: object): Record<string, Value> {
  const given = new Map<string, unknown>(Object.entries(options));
  return Object.fromEntries(
    Object.keys(spec.attributes ?? {})
      .filter((key) => given.get(key) !== undefined)
      .map((key) => [attributeName(key), plain(given.get(key) as Value)]),
  );
}

/** Whether options are an object of ours, and not a text that is a Pulumi output or a promise. */
function isRecord(options: unknown): options is Readonly<Record<string, unknown>> {
  return (
    typeof options === "object" && options !== null && Object.getPrototypeOf(options) === Object.prototype
  );
}

function asList(option: unknown): readonly unknown[] {
  return option as readonly unknown[];
}

/** Numbers and booleans become text at once, so that a tree that was built equals one that was read. */
function plain(value: Value): Value {
  return knownText(value) ?? value;
}

/** The spec of an element inside of another one, by its XML name. */
export function childSpec(parent: ContentSpec | undefined, name: string): ContentSpec | undefined {
  if (parent === undefined || parent.statements !== undefined) return elementSpec(name);
  if (parent.opaque === true) return parent;
  const children = parent.list === undefined ? Object.values(parent.children ?? {}) : [parent.list];
  return children.find(({ element }) => element === name);
}

/** What each element of a document asks for, though a row never changes. */
const byXmlName = new WeakMap<ContentSpec, ReadonlyMap<string, AttributeSpec & ValueSpec>>();

/** The attributes of a spec by XML name. */
export function attributeSpecs(spec: ContentSpec): ReadonlyMap<string, AttributeSpec & ValueSpec> {
  const specs =
    byXmlName.get(spec) ??
    new Map(Object.entries(spec.attributes ?? {}).map(([key, attribute]) => [attributeName(key), attribute]));
  byXmlName.set(spec, specs);
  return specs;
}
