/** A place in a request: names, and "*" for every element of a list. */
export type FieldPath = readonly string[];

/** Objects that a validator names by their type, between their place and what lies inside. */
const TAGGED: Readonly<Record<string, true>> = { cache_control: true, thinking: true, tool_choice: true };

/** Lists whose elements are named by their type. */
const TAGGED_LISTS: Readonly<Record<string, true>> = { tools: true, system: true, content: true };

/** "tools[0].function.strict", "tools.0.custom.strict", "#/tools/0/strict" → tools, *, …; undefined: no path. */
export function parseFieldPath(text: string): string[] | undefined {
  const dotted = text
    .replace(/^#?\//u, "")
    .replaceAll("/", ".")
    .replaceAll(/\[(\d+|\*)\]/gu, ".$1");
  const segments = dotted.split(".").map((segment) => (/^\d+$/u.test(segment) ? "*" : segment));
  return segments.every((segment) => /^(?:\*|[A-Za-z_$][\w$-]*)$/u.test(segment)) ? segments : undefined;
}

/** "tools[*].strict" */
export function formatFieldPath(path: FieldPath): string {
  return path.map((segment, index) => (segment === "*" ? "[*]" : `${index === 0 ? "" : "."}${segment}`)).join("");
}

/**
 * Without the types that the Messages API's validator weaves into its paths: "tools.0.custom.strict" is the field
 * `strict` of a tool, "thinking.enabled.display" the field `display` of `thinking`.
 */
export function withoutTypes(path: FieldPath): string[] {
  return path.filter((_segment, index) => {
    const isLast = index === path.length - 1;
    const before = path[index - 1] ?? "";
    if (isLast || index === 0) return true;
    if (before === "*") return TAGGED_LISTS[path[index - 2] ?? ""] !== true;
    return TAGGED[before] !== true;
  });
}

/** "reasoningEffort" → "reasoning_effort", where a server names fields as its own language does. */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
