/** Where everything that the page loads stands. */
const ASSETS_PATH = "/dashboard/assets";

export interface ShellNeed {
  /** Changes with any byte of any asset. */
  version: string;
  /** Modules that are needed at once, so that the browser need not find them one after the other. */
  modules: readonly string[];
}

/** The page before it has any data: no markup in it comes from anywhere else. */
export function renderShell({ version, modules }: ShellNeed): string {
  const at = (asset: string) => `${ASSETS_PATH}/${version}/${asset}`;
  const preloads = modules.map((asset) => `<link rel="modulepreload" href="${at(asset)}">`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Switchyard</title>
<link rel="icon" type="image/svg+xml" href="${at("page/icon.svg")}">
<link rel="stylesheet" href="${at("page/style.css")}">
${preloads.join("\n")}
<script type="module" src="${at("page/main.ts")}"></script>
</head>
<body>
<div id="page"><p class="loading">Loading. If this stays, load the page anew.</p></div>
<noscript><p class="loading">The dashboard needs JavaScript; it loads nothing from anywhere but this gateway. The same figures: <code>npm run mesh -- status</code> and <code>npm run mesh -- costs</code>.</p></noscript>
</body>
</html>
`;
}
