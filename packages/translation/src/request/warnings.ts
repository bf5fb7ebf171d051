import type { Warning } from "@switchyard/wire";

/** Collects what was changed or left out. A code is told once per request, with the first place where it happened. */
export interface Warnings {
  readonly list: Warning[];
  add(code: string, message: string, path?: string): void;
}

export function createWarnings(): Warnings {
  const list: Warning[] = [];
  const told = new Set<string>();
  return {
    list,
    add(code, message, path) {
      // Fields share one code; each of them is told.
      const key = code === "field-left-out" ? `${code} ${path}` : code;
      if (told.has(key)) return;
      told.add(key);
      list.push(path === undefined ? { code, message } : { code, message, path });
    },
  };
}
