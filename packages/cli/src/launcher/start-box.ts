import pc from "picocolors";

export interface StartBoxRow {
  name: string;
  address: string;
  on: boolean;
  /** Why it is off, or what is special about it. */
  note: string;
}

export interface StartBox {
  version: string;
  gateway: string;
  demo: boolean;
  rows: readonly StartBoxRow[];
  /** How a client shows its key: the name of the variable that holds it, or undefined when there is none of that kind. */
  clientKeyVariable: string | undefined;
  /** True where each client has a key of its own. */
  ownKeys?: boolean;
  notices: readonly string[];
}

/** The short box that `npm start` ends with. Pure; colours only where `colour` says so. */
export function renderStartBox(box: StartBox, colour: boolean): string {
  const { bold, dim, green, yellow, cyan } = pc.createColors(colour);
  const dashboard = `${box.gateway}/dashboard`;
  const width = Math.max(...box.rows.map((row) => row.name.length), "dashboard".length);
  const address = Math.max(...box.rows.map((row) => row.address.length), box.gateway.length);
  const link = (name: string, url: string): Line => {
    const head = name.padEnd(width + 2);
    return { text: head + url, shown: head + cyan(url) };
  };
  const lines: Line[] = [
    plainLine(`Switchyard ${box.version}`, bold),
    EMPTY,
    link("gateway", box.gateway),
    link("dashboard", dashboard),
    ...box.rows.map((row): Line => {
      const head = `${row.name.padEnd(width + 2)}${row.address.padEnd(address + 2)}`;
      const state = row.on ? "on" : "off";
      const note = row.note ? `  ${row.note}` : "";
      return {
        text: `${head}${state}${note}`,
        shown: `${head}${row.on ? green(state) : dim(state)}${dim(note)}`,
      };
    }),
    EMPTY,
    ...(box.demo
      ? [
          plainLine("No credential is used: this mesh runs over simulated upstreams. Answers are", yellow),
          plainLine("made up, and each carries the header x-switchyard-simulated: true.", yellow),
          EMPTY,
        ]
      : []),
    ...box.notices.flatMap((notice) => wrapText(notice).map((line) => plainLine(line, yellow))),
    ...(box.notices.length > 0 ? [EMPTY] : []),
    plainLine("Point Claude Code here:", bold),
    plainLine(`  export ANTHROPIC_BASE_URL=${box.gateway}`),
    plainLine(`  export ANTHROPIC_API_KEY=${keyOf(box)}`),
  ];
  const inner = Math.max(...lines.map((line) => line.text.length));
  const rule = "─".repeat(inner + 2);
  return [
    `┌${rule}┐`,
    ...lines.map((line) => `│ ${line.shown}${" ".repeat(inner - line.text.length)} │`),
    `└${rule}┘`,
  ].join("\n");
}

/** Columns of a notice: the box is no wider for a sentence than for its table. */
const NOTICE_WIDTH = 76;

/** Lines broken at blanks; a word that is longer than a line stays whole. */
function wrapText(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= NOTICE_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}

function keyOf({ clientKeyVariable, ownKeys }: StartBox): string {
  if (clientKeyVariable !== undefined) return `"$${clientKeyVariable}"`;
  return ownKeys === true ? "<the client's own key>" : "switchyard";
}

interface Line {
  /** Without colours, for the width. */
  text: string;
  shown: string;
}

const EMPTY: Line = { text: "", shown: "" };

function plainLine(text: string, paint: (text: string) => string = (same) => same): Line {
  return { text, shown: paint(text) };
}
