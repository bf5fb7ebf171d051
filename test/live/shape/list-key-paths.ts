import { asObject, asText } from "../read-json.ts";

/** What stands below is the tool's or the caller's own, not the API's. */
const OPAQUE_KEYS: ReadonlySet<string> = new Set(["input", "parameters", "input_schema", "schema", "metadata"]);

/** Each path of JSON values with the types found there: "content[text].text" → string. */
export type KeyPaths = ReadonlyMap<string, ReadonlySet<string>>;

/** Every path of these values, taken together. Elements of a list stand under their `type`, where they have one. */
export function listKeyPaths(...values: readonly unknown[]): KeyPaths {
  const paths = new Map<string, Set<string>>();
  for (const value of values) addPaths(paths, value, "");
  return paths;
}

function addPaths(paths: Map<string, Set<string>>, value: unknown, path: string): void {
  if (path !== "") paths.set(path, (paths.get(path) ?? new Set()).add(typeOf(value)));
  if (Array.isArray(value)) {
    for (const element of value) addPaths(paths, element, `${path}[${asText(asObject(element)["type"])}]`);
    return;
  }
  for (const [key, child] of Object.entries(asObject(value))) {
    const below = path === "" ? key : `${path}.${key}`;
    if (OPAQUE_KEYS.has(key) && typeof child === "object") addType(paths, below, child);
    else addPaths(paths, child, below);
  }
}

function addType(paths: Map<string, Set<string>>, path: string, value: unknown): void {
  paths.set(path, (paths.get(path) ?? new Set()).add(typeOf(value)));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
