import type { ECharts, EChartsOption } from "echarts";
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Palette } from "../../src/view/charts.ts";

export interface ChartProps {
  /** What it shows, in a sentence; the figures stand in a table beside it. */
  label: string;
  draw: (palette: Palette) => EChartsOption;
  /** "tall", "square": sizes of the style. */
  shape: string;
}

/** A drawing that follows the page's width and its colours. Its library is loaded with the first one. */
export function Chart({ label, draw, shape }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts>();
  const [failed, setFailed] = useState(false);
  const [scheme, setScheme] = useState(0);
  useEffect(() => onSchemeChange(() => setScheme((count) => count + 1)), []);
  useEffect(() => startChart(place.current, { ready: setChart, failed: () => setFailed(true) }), []);
  useEffect(() => chart?.setOption(draw(readPalette()), { notMerge: true }), [chart, draw, scheme]);
  if (failed) return html`<p class="empty">The charts could not be loaded; the figures are in the tables.</p>`;
  return html`<div class=${`chart ${shape}`} role="img" aria-label=${label} ref=${place}></div>`;
}

interface ChartEvents {
  ready: (chart: ECharts) => void;
  failed: () => void;
}

/** Gives the function that ends it. */
function startChart(element: HTMLElement | null, { ready, failed }: ChartEvents): () => void {
  let chart: ECharts | undefined;
  let gone = false;
  const observer = new ResizeObserver(() => chart?.resize());
  import("echarts")
    .then(({ init }) => {
      if (gone || element === null) return undefined;
      chart = init(element, null, { renderer: "canvas" });
      observer.observe(element);
      ready(chart);
      return undefined;
    })
    .catch(failed);
  return () => {
    gone = true;
    observer.disconnect();
    chart?.dispose();
  };
}

function onSchemeChange(listener: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    card: colour("card"),
    series: Array.from({ length: 8 }, (_, index) => colour(`s${index}`)),
  };
}
