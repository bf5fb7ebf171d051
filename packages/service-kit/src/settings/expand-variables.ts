/** `${NAME}` and `${NAME:-default}`; `$${` stands for `${` itself. */
const REFERENCE = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

export interface Expanded {
  text: string;
  /** Variables without value and without default. */
  missing: readonly string[];
}

/** Puts variables into a text. An empty variable counts as absent. */
export function expandVariables(text: string, lookup: (name: string) => string | undefined): Expanded {
  const missing: string[] = [];
  const expanded = text.replaceAll(REFERENCE, (_, escaped: string | undefined, name = "", fallback?: string) => {
    if (escaped !== undefined) return escaped;
    const value = lookup(String(name));
    if (value !== undefined && value !== "") return value;
    if (fallback !== undefined) return fallback;
    missing.push(String(name));
    return "";
  });
  return { text: expanded, missing };
}

export type TreePath = readonly (string | number)[];

export interface MissingReference {
  path: TreePath;
  variables: readonly string[];
}

/** Expands every string of a tree of objects and lists; what lacks a variable is left out of the result. */
export function expandTree(
  tree: unknown,
  lookup: (name: string) => string | undefined,
): { tree: unknown; missing: MissingReference[] } {
  const missing: MissingReference[] = [];
  const visit = (value: unknown, path: TreePath): unknown => {
    if (typeof value === "string") {
      const expanded = expandVariables(value, lookup);
      if (expanded.missing.length === 0) return expanded.text;
      missing.push({ path, variables: expanded.missing });
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).map(([name, child]) => [name, visit(child, [...path, name])] as const);
    return Object.fromEntries(fields.filter(([, child]) => child !== undefined));
  };
  return { tree: visit(tree, []), missing };
}
