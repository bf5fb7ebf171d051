import path from "node:path";

/** What pages import by name, and where it stands among the assets. */
export const LIBRARIES = {
  preact: "lib/preact.mjs",
  "preact/hooks": "lib/preact-hooks.mjs",
  htm: "lib/htm.mjs",
  "htm/preact": "lib/htm-preact.mjs",
  echarts: "lib/echarts.mjs",
} as const;

const IMPORTS = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s*)(["'])([^"'\n]+)\2/g;

/**
 * Browsers know no packages: imports of them become relative ones.
 *
 * @param asset where the module stands among the assets ("page/main.ts")
 * @throws Error for a package that is not among the assets: a page that cannot load is worse than none
 */
export function linkModule(source: string, asset: string): string {
  return source.replaceAll(IMPORTS, (whole: string, before: string, quote: string, specifier: string) => {
    if (specifier.startsWith("./") || specifier.startsWith("../")) return whole;
    const library = (LIBRARIES as Readonly<Record<string, string>>)[specifier];
    if (library === undefined) throw new Error(`${asset} imports ${specifier}, which browsers cannot be given`);
    const relative = path.posix.relative(path.posix.dirname(asset), library);
    return `${before}${quote}${relative.startsWith(".") ? relative : `./${relative}`}${quote}`;
  });
}
