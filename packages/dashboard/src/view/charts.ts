import type { EChartsOption, TooltipComponentOption } from "echarts";

import type { Stats } from "./api-types.ts";
import { type CostSeries, labelStep } from "./costs.ts";
import type { Formats } from "./format.ts";

/** The page's colours as they are now, light or dark. */
export interface Palette {
  ink: string;
  muted: string;
  line: string;
  card: string;
  series: readonly string[];
}

export interface ChartLook {
  palette: Palette;
  formats: Pick<Formats, "money" | "axisMoney">;
}

/** What each hour cost, oldest first. */
export function hourlyChart(hourly: Stats["hourly_costs"], look: ChartLook): EChartsOption {
  const hours = hourly.toReversed();
  const colour = look.palette.series[0] ?? look.palette.ink;
  return {
    ...base(look),
    ...axes(
      hours.map(({ hour }) => labelStep(hour)),
      look,
    ),
    series: [
      {
        type: "line",
        name: "cost",
        data: hours.map(({ cost }) => cost),
        smooth: 0.2,
        smoothMonotone: "x",
        showSymbol: false,
        lineStyle: { width: 2, color: colour },
        itemStyle: { color: colour },
        areaStyle: { color: colour, opacity: 0.12 },
      },
    ],
  };
}

/** Who got the money. */
export function providerChart(stats: Stats["provider_stats"], look: ChartLook): EChartsOption {
  const { palette } = look;
  return {
    ...base(look),
    series: [
      {
        type: "pie",
        radius: ["58%", "88%"],
        data: shareOut(stats).map(({ name, cost }, index) => ({
          name,
          value: cost,
          itemStyle: { color: colourOf(palette, index), borderColor: palette.card, borderWidth: 2 },
        })),
        label: { show: false },
        labelLine: { show: false },
        emphasis: { scale: false },
      },
    ],
  };
}

/** Providers that cost anything, the dearest first. */
export function shareOut(stats: Stats["provider_stats"]): { name: string; cost: number; share: number }[] {
  const costs = Object.entries(stats).filter(([, { total_cost: cost }]) => cost > 0);
  const total = costs.reduce((sum, [, { total_cost: cost }]) => sum + cost, 0);
  return costs
    .map(([name, { total_cost: cost }]) => ({ name, cost, share: cost / total }))
    .toSorted((one, other) => other.cost - one.cost);
}

/** Costs over time, a colour for each provider. */
export function costChart({ steps, series }: CostSeries, look: ChartLook): EChartsOption {
  return {
    ...base(look),
    ...axes(steps.map(labelStep), look),
    series: series.map(({ name, costs }, index) => ({
      type: "bar",
      name,
      stack: "cost",
      barMaxWidth: 34,
      data: costs,
      itemStyle: { color: colourOf(look.palette, index) },
    })),
  };
}

export function colourOf({ series, muted }: Palette, index: number): string {
  return series[index % series.length] ?? muted;
}

/** Tooltips are drawn, not written as markup: names in them come from outside. */
function base(look: ChartLook): EChartsOption {
  return {
    animation: false,
    textStyle: { color: look.palette.muted, fontFamily: "system-ui, sans-serif" },
    tooltip: tooltipOf(look, "item"),
  };
}

function tooltipOf({ palette, formats }: ChartLook, trigger: "item" | "axis"): TooltipComponentOption {
  return {
    renderMode: "richText",
    trigger,
    confine: true,
    backgroundColor: palette.card,
    borderColor: palette.line,
    textStyle: { color: palette.ink, fontSize: 13 },
    valueFormatter: (value) => formats.money(typeof value === "number" ? value : 0),
  };
}

function axes(names: readonly string[], look: ChartLook): EChartsOption {
  const { palette, formats } = look;
  const text = { color: palette.muted, fontSize: 12 };
  return {
    tooltip: tooltipOf(look, "axis"),
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: [...names],
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => formats.axisMoney(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
  };
}
