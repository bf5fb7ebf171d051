import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { checkFile, formatPath } from "./check-file.ts";
import type { Environment } from "./environment.ts";
import type { MissingReference, TreePath } from "./expand-variables.ts";
import { expandTree } from "./expand-variables.ts";
import type { Problems } from "./problems.ts";

/** A configuration file, read and expanded. */
export interface FileSource {
  /** As people know it: relative to the working directory. */
  file: string;
  content: unknown;
  /** References to variables that are not set, outside of what is switched off. */
  missing: readonly MissingReference[];
}

export interface ReadOptions {
  environment: Environment;
  problems: Problems;
}

/** Reads a YAML or JSON file with its variables put in; undefined when it is not there, or after a problem was noted. */
export function readFileSource(file: string, { environment, problems }: ReadOptions): FileSource | undefined {
  const shown = path.relative(environment.cwd, file) || file;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    problems.add(shown, "cannot be read", "Check its permissions.");
    return undefined;
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const position = error.linePos?.[0];
    const place = position === undefined ? shown : `${shown}:${position.line}:${position.col}`;
    problems.add(
      place,
      `is not valid YAML or JSON (${error.code.toLowerCase().replaceAll("_", " ")})`,
      "Correct it there.",
    );
    return undefined;
  }
  const lookup = (name: string): string | undefined => environment.secret(name)?.reveal();
  const { tree, missing } = expandTree(document.toJS() ?? {}, lookup);
  return { file: shown, content: tree, missing };
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Fields whose missing variable makes a provider unconfigured instead of the file wrong. */
const CREDENTIAL_FIELDS = new Set(["api_key", "access_token"]);

/**
 * The file's content as its schema has it, and the variables that its providers' credentials lack, by
 * the provider's place in the list. Other missing variables are problems that name the provider.
 */
export function checkFileSource<T extends z.ZodType>(
  schema: T,
  source: FileSource,
  options: { lenient: boolean; problems: Problems },
): { settings: z.output<T>; missingOf: ReadonlyMap<number, readonly string[]> } | undefined {
  const missingOf = new Map<number, readonly string[]>();
  let complete = true;
  for (const { path: place, variables } of source.missing) {
    const [list, index, name] = place;
    const provider = list === "providers" && typeof index === "number" ? providerAt(source.content, index) : undefined;
    if (provider?.["enabled"] === false) continue;
    if (provider !== undefined && typeof index === "number" && CREDENTIAL_FIELDS.has(String(name))) {
      missingOf.set(index, [...(missingOf.get(index) ?? []), ...variables]);
      continue;
    }
    complete = false;
    noteMissing(source.file, { place, variables, provider }, options.problems);
  }
  const settings = checkFile(schema, source.content, { file: source.file, ...options });
  return settings === undefined || !complete ? undefined : { settings, missingOf };
}

interface Missing {
  place: TreePath;
  variables: readonly string[];
  provider: Readonly<Record<string, unknown>> | undefined;
}

function noteMissing(file: string, { place, variables, provider }: Missing, problems: Problems): void {
  const owner = provider === undefined ? "" : ` for the provider "${String(provider["name"])}"`;
  for (const variable of variables) {
    problems.add(
      formatPath(file, place),
      `the variable ${variable} is not set${owner}`,
      `Set ${variable}, or write \${${variable}:-default}.`,
    );
  }
}

function providerAt(content: unknown, index: number): Readonly<Record<string, unknown>> | undefined {
  const list = (content as { providers?: unknown } | null)?.providers;
  const provider: unknown = Array.isArray(list) ? list[index] : undefined;
  return typeof provider === "object" && provider !== null ? (provider as Record<string, unknown>) : undefined;
}
