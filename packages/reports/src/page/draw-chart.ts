import { init, type EChartsOption } from "echarts";

export const INK = "#010203";
export const LINE = "#040506";
export const CARD = "#070809";
const SERIES = Array.from({ length: 8 }, (_, index) => `#0a0b0${index}`);

/** Stand for the page's colours; the last is the one for what has no place of its own. */
export const COLOURS: readonly string[] = SERIES;

const VARIABLES: Readonly<Record<string, string>> = {
  [INK]: "var(--muted)",
  [LINE]: "var(--line)",
  [CARD]: "var(--card)",
  ...Object.fromEntries(SERIES.map((colour, index) => [colour, `var(--s${index})`])),
};

/** The chart as SVG in the page's own colours, without a script. */
export function drawChart(option: EChartsOption, { width, height }: { width: number; height: number }): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...option });
    const svg = chart.renderToSVGString();
    // Rules for pointers that hover, which would hold for the whole page.
    return useVariables(svg.replaceAll(/<style[^]*?<\/style>/g, ""));
  } finally {
    chart.dispose();
  }
}

/** The page's own colours in place of those that stand for them. */
export function useVariables(text: string): string {
  return text.replaceAll(/#0[0-9a-f]{5}\b/g, (colour) => VARIABLES[colour] ?? colour);
}
