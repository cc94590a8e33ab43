import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../../validation/issue";
import { nearest } from "../../../validation/nearest";
import type { TemplatePart } from "../template";

/** One thing that the portal shows: a page, a layout, the stylesheet. */
export interface ContentItem {
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * What a portal shows, each item by where it is: `/contentTypes/<type>/contentItems/<id>`. This is the form of `data.json`
 * that the portal's own script writes (scripts.v3/capture.js of Azure/api-management-developer-portal).
 */
export type PortalContent = Readonly<Record<string, ContentItem>>;

/** Types of content, which every portal has (src/persistence/mapiObjectStorage.ts of the same repository). */
const CONTENT_TYPES = [
  "block",
  "blob",
  "configuration",
  "document",
  "layout",
  "locales",
  "navigation",
  "page",
  "popup",
  "stylesheet",
  "url",
] as const;

/** Most resources of one template: https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices */
const MOST_ITEMS = 800;

/** Where an item is; an id has 1 to 80 characters and none that an address does not take. */
const PLACE = /^\/?contentTypes\/(\w+)\/contentItems\/([^*#&+:<>?/]{1,80})$/;

/**
 * Reads content from a folder: every `*.json` in it, each in the form of {@link PortalContent}.
 *
 * @throws pulumi.RunError with every problem of the files
 */
export function readPortalContent(folder: string): PortalContent {
  const files = filesIn(folder);
  const issues: Issue[] = [];
  const content: Record<string, ContentItem> = {};
  for (const file of files) {
    const items = parse(readFileSync(join(folder, file), "utf8"));
    if (!isObject(items)) {
      issues.push({
        path: file,
        rule: "the file is a JSON object of content items",
        fix: "write it as the portal's script captures them",
      });
      continue;
    }
    for (const [place, item] of Object.entries(items)) {
      if (Object.hasOwn(content, place)) {
        issues.push({ path: `${file}: ${place}`, rule: "an item stands once", fix: "keep one of the two" });
      } else if (!isObject(item) || !isObject(item.properties)) {
        issues.push({
          path: `${file}: ${place}`,
          rule: "an item has properties",
          received: received(item),
          fix: 'write { "properties": … }',
        });
      } else {
        content[place] = { properties: item.properties };
      }
    }
  }
  if (files.length === 0) {
    issues.push({
      path: "*.json",
      rule: "a folder of content stands there, with at least one file",
      fix: "capture the content into it, or leave it out",
    });
  }
  if (issues.length > 0) {
    throw new pulumi.RunError(formatIssues(`The portal's content in ${folder} is not valid`, issues));
  }
  return content;
}

/** Names of the JSON files in a folder; none where there is no folder. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map(({ name }) => name)
    .sort();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Content as a template writes it, documents before what shows them. Items of the same id that stand already, as Azure's
 * own first pages do, are written over.
 */
export function contentParts(content: PortalContent): TemplatePart[] {
  return Object.entries(content)
    .map(([place, { properties }]) => ({ path: place.replace(/^\//, ""), properties }))
    .sort((a, b) => order(a.path) - order(b.path) || (a.path < b.path ? -1 : 1));
}

function order(path: string): number {
  return path.startsWith("contentTypes/document/") || path.startsWith("contentTypes/blob/") ? 0 : 1;
}

/** Every problem of what a portal shows. */
export function validateContent(content: PortalContent): Issue[] {
  const places = Object.keys(content);
  const issues = places.flatMap((place) => {
    const type = PLACE.exec(place)?.[1];
    if (type === undefined) {
      return [
        {
          path: "content",
          rule: "an item stands at /contentTypes/<type>/contentItems/<id>, with 1 to 80 characters in its id",
          received: received(place),
          fix: "write it as the portal's script captures it",
        },
      ];
    }
    if (CONTENT_TYPES.some((known) => known === type)) return [];
    return [
      {
        path: "content",
        rule: `a type of content is one of ${CONTENT_TYPES.join(", ")}`,
        received: received(place),
        fix: `write ${nearest(type, CONTENT_TYPES) ?? "one of these"}`,
      },
    ];
  });
  // ARM refuses what "is defined multiple times in a template", and compares names without regard to case.
  const paths = places.map((place) => place.replace(/^\//, "").toLowerCase());
  places.forEach((place, index) => {
    if (paths.indexOf(paths[index] ?? "") === index) return;
    issues.push({
      path: "content",
      rule: "an item stands once",
      received: received(place),
      fix: "keep one of the two",
    });
  });
  if (places.length > MOST_ITEMS) {
    issues.push({
      path: "content",
      rule: `a portal's content is at most ${MOST_ITEMS} items, which is what one template takes`,
      received: received(places.length),
      fix: "leave out what nobody reads",
    });
  }
  return issues;
}
