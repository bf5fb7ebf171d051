import { z } from "zod";
import { closestName } from "./closest-name.ts";
import type { TreePath } from "./expand-variables.ts";
import type { Problems } from "./problems.ts";

export interface CheckOptions {
  /** The file as people know it, for the path of a problem. */
  file: string;
  /** Files of other programs may hold fields that mean nothing here: they are a warning there. */
  lenient: boolean;
  problems: Problems;
}

/** A file's content as its schema has it; undefined after its problems were noted. */
export function checkFile<T extends z.ZodType>(
  schema: T,
  content: unknown,
  options: CheckOptions,
): z.output<T> | undefined {
  const first = schema.safeParse(content, { reportInput: true });
  if (first.success) return first.data;
  const { issues } = first.error;
  const unknownKeys = issues.filter((issue) => issue.code === "unrecognized_keys");
  for (const issue of issues) noteIssue(issue, schema, options);
  if (!options.lenient || unknownKeys.length < issues.length) return undefined;
  const cleaned = schema.safeParse(withoutKeys(content, unknownKeys));
  return cleaned.success ? cleaned.data : undefined;
}

function noteIssue(issue: z.core.$ZodIssue, schema: z.ZodType, options: CheckOptions): void {
  const { file, lenient, problems } = options;
  const path = issue.path as TreePath;
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, path);
    for (const key of issue.keys) {
      const closest = closestName(key, known);
      const remedy = closest === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean "${closest}"?`;
      const place = formatPath(file, [...path, key]);
      if (lenient) problems.warn(place, "means nothing here", remedy);
      else problems.add(place, "is not a setting", remedy);
    }
    return;
  }
  if (issue.code === "invalid_union") {
    noteUnion(issue, path, schema, options);
    return;
  }
  if (issue.code === "invalid_type") {
    const wanted = NAMES_OF_TYPES[issue.expected] ?? issue.expected;
    problems.add(
      formatPath(file, path),
      issue.input === undefined ? "is missing" : `is not ${wanted}`,
      `Write ${wanted}.`,
    );
    return;
  }
  const remedy = issue.code === "custom" ? issue.params?.["remedy"] : undefined;
  problems.add(formatPath(file, path), issue.message, typeof remedy === "string" ? remedy : "Correct it.");
}

/**
 * Of a list or a block of fields: what is wrong with the one that was written. No name is passed over here, not even
 * where the file is of another program: what holds it could not be read without it.
 */
function noteUnion(
  { errors, input }: z.core.$ZodIssueInvalidUnion,
  path: TreePath,
  schema: z.ZodType,
  options: CheckOptions,
): void {
  const meant = errors.find(
    ([first]) => first !== undefined && !(first.code === "invalid_type" && first.path.length === 0),
  );
  if (meant === undefined) {
    const problem = input === undefined ? "is missing" : "is neither a list nor a block of fields";
    options.problems.add(formatPath(options.file, path), problem, "Write one of them.");
    return;
  }
  for (const issue of meant) {
    noteIssue({ ...issue, path: [...path, ...issue.path] }, schema, { ...options, lenient: false });
  }
}

const NAMES_OF_TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a block of fields",
  record: "a block of fields",
};

/** "switchyard.yaml: providers[2].base_url". */
export function formatPath(file: string, path: TreePath): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return place === "" ? file : `${file}: ${place.replace(/^\./, "")}`;
}

function knownKeys(schema: z.ZodType, path: TreePath): string[] {
  let current: unknown = schema;
  for (const part of path)
    current = typeof part === "number" ? elementOf(unwrap(current)) : shapeOf(unwrap(current))[part];
  return Object.keys(shapeOf(unwrap(current)));
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}

function elementOf(schema: unknown): unknown {
  const list = optionsOf(schema).find((option) => option instanceof z.ZodArray);
  return list?.element;
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  return optionsOf(schema).find((option) => option instanceof z.ZodObject)?.shape ?? {};
}

function optionsOf(schema: unknown): readonly unknown[] {
  return schema instanceof z.ZodUnion ? schema.options.map(unwrap) : [schema];
}

function withoutKeys(content: unknown, issues: readonly z.core.$ZodIssueUnrecognizedKeys[]): unknown {
  const copy: unknown = structuredClone(content);
  for (const { path, keys } of issues) {
    let place: unknown = copy;
    for (const part of path) place = (place as Record<PropertyKey, unknown>)[part];
    for (const key of keys) delete (place as Record<string, unknown>)[key];
  }
  return copy;
}
