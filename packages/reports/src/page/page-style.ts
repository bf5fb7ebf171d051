/** Colours are variables, so that charts and page change together from light to dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #1c2024; --muted: #646b73; --line: #e3e5e8;
  --s0: #3b6fb6; --s1: #d9822b; --s2: #3a9a72; --s3: #a557a0; --s4: #c8493f; --s5: #7a8a2f; --s6: #5d5fc4; --s7: #8d949c; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --card: #1d2125; --ink: #e8eaec; --muted: #9aa2ab;
  --line: #32383e; --s0: #6ea3ea; --s1: #f0a45a; --s2: #5fc397; --s3: #cd86c8; --s4: #ef7d72; --s5: #b0c257;
  --s6: #9496ee; --s7: #8a929a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
header h1 { margin: 0; font-size: 26px; letter-spacing: -0.01em; }
header p { margin: 2px 0 0; color: var(--muted); }
h2 { margin: 0 0 12px; font-size: 17px; }
section { margin-top: 20px; padding: 18px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 22px 0 0; }
.figures div { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { margin: 0; font-size: 23px; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.figures small { display: block; color: var(--muted); font-size: 12.5px; font-weight: 400; letter-spacing: 0; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
figure .narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 6px; margin: 0; }
.legend i { width: 11px; height: 11px; border-radius: 3px; }
details { margin-top: 10px; }
summary { color: var(--muted); font-size: 13.5px; cursor: pointer; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { color: var(--muted); font-weight: 500; font-size: 13px; }
th.text, td.text { text-align: left; }
td.text { max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
tfoot td { border-bottom: 0; font-weight: 600; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
ul { margin: 0; padding-left: 18px; }
li + li { margin-top: 6px; }
.note { margin: 12px 0 0; color: var(--muted); font-size: 13.5px; }
@media (max-width: 640px) {
  main { padding: 20px 12px 40px; }
  section { padding: 14px; }
  .figures { grid-template-columns: 1fr 1fr; gap: 8px; }
  .figures div { padding: 10px 12px; }
  .figures dd { font-size: 19px; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
}
@media print { section, .figures div { break-inside: avoid; } details > * { display: block; } }
`;
