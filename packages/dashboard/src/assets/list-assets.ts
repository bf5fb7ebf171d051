import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { LIBRARIES } from "./link-modules.ts";
import type { AssetSource } from "./prepare-assets.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What browsers are given of this package; the rest stays here. */
const FOLDERS = ["page", "src/view"];

/** The page's own modules, its style and its picture, and the libraries. */
export function listAssets(): AssetSource[] {
  const own = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((name) => path.posix.join(folder, ...name.split(path.sep)))
      .filter(isServed)
      .toSorted(),
  );
  return [
    ...own.map((asset) => ({ asset, file: path.join(ROOT, asset) })),
    { asset: LIBRARIES.preact, file: beside("preact", "preact.mjs") },
    { asset: LIBRARIES["preact/hooks"], file: beside("preact/hooks", "hooks.mjs") },
    { asset: LIBRARIES.htm, file: beside("htm", "htm.mjs") },
    { asset: LIBRARIES["htm/preact"], file: beside("htm/preact", "index.mjs") },
    {
      asset: LIBRARIES.echarts,
      file: beside("echarts/dist/echarts.esm.min.mjs", "echarts.esm.min.mjs"),
      isLarge: true,
    },
  ];
}

function isServed(asset: string): boolean {
  return /\.(ts|css|svg)$/.test(asset) && !/\.(test|fixture)\.ts$/.test(asset) && !asset.endsWith(".d.ts");
}

/** A file in the folder where Node finds what is imported: browsers need the module that Node itself may not take. */
function beside(specifier: string, file: string): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve(specifier)), file);
}
