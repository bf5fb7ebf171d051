import type { EChartsOption } from "echarts";
import { DateTime } from "luxon";
import type { CostReport } from "../cost-report.ts";
import { promptOf, totalOf, type CostRow, type Way } from "../cost-sums.ts";
import { WAY_NAMES } from "../cost-table.ts";
import { formatMoney, shorten, shortenPath } from "../format.ts";
import { CARD, COLOURS, INK, LINE } from "./draw-chart.ts";

export interface Chart {
  option: EChartsOption;
  height: number;
  /** What each colour means; drawn by the page, which knows how wide its words are. */
  legend: readonly { name: string; colour: string }[];
}

const NANO = 1e9;
const MOST_SERIES = COLOURS.length - 1;
const OTHERS = "all others";
/** No letter of the axis is wider, px: nothing measures text where no browser is. */
const LETTER = 6.9;
const TEXT = { color: INK, fontSize: 12 };

/** A year of days is drawn; longer times by their days with costs only. */
const MOST_DAYS = 400;

/** Cost of each day, a colour for each model at each provider. */
export function dailyChart({ daily, from, to, timeZone }: CostReport): Chart {
  const days = listDays(daily, { from, to, timeZone });
  const dear = [...Map.groupBy(daily, seriesOf)]
    .map(([name, rows]) => ({ name, cost: totalOf(rows).cost }))
    .toSorted((one, other) => other.cost - one.cost)
    .map(({ name }) => name);
  const shown = dear.length > MOST_SERIES + 1 ? dear.slice(0, MOST_SERIES) : dear;
  const names = shown.length < dear.length ? [...shown, OTHERS] : shown;
  const costs = new Map(
    [
      ...Map.groupBy(daily, (row) => `${row.group["day"]} ${shown.includes(seriesOf(row)) ? seriesOf(row) : OTHERS}`),
    ].map(([key, rows]) => [key, totalOf(rows).cost / NANO]),
  );
  return {
    height: 260,
    legend: names.map((name, index) => ({ name, colour: colourOf(name === OTHERS ? MOST_SERIES : index) })),
    option: {
      grid: { top: 12, left: 52, right: 8, bottom: 26 },
      xAxis: {
        type: "category",
        data: days.map((day) => day.slice(5)),
        axisLabel: { ...TEXT, hideOverlap: true },
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
      },
      yAxis: moneyAxis(),
      series: names.map((name, index) => ({
        name,
        type: "bar",
        stack: "day",
        barMaxWidth: 34,
        itemStyle: {
          color: colourOf(name === OTHERS ? MOST_SERIES : index),
          borderColor: CARD,
          borderWidth: days.length < 60 ? 0.5 : 0,
        },
        data: days.map((day) => costs.get(`${day} ${name}`) ?? 0),
      })),
    },
  };
}

/** Cost of each row, dearest on top, a colour for each way. */
export function rankingChart(rows: readonly CostRow[], nameOf: (row: CostRow) => string, narrow: boolean): Chart {
  const groups = [...Map.groupBy(rows, nameOf)]
    .map(([name, members]) => ({ name, members, cost: totalOf(members).cost }))
    .toSorted((one, other) => other.cost - one.cost);
  const names = groups.map(({ name }) => shorten(name, narrow ? 18 : 40));
  const ways = (["mesh", "direct", "other_mesh"] as const).filter((way) => rows.some((row) => row.way === way));
  const label = { show: true, position: "right" as const, ...TEXT };
  return {
    height: 28 * groups.length + 8,
    legend: ways.length > 1 ? ways.map((way) => ({ name: WAY_NAMES[way], colour: wayColour(way) })) : [],
    option: {
      grid: { top: 4, left: Math.max(...names.map(({ length }) => length)) * LETTER + 12, right: 70, bottom: 4 },
      xAxis: { type: "value", show: false },
      yAxis: {
        type: "category",
        inverse: true,
        data: names,
        axisLabel: TEXT,
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: ways.map((way, index) => ({
        name: WAY_NAMES[way],
        type: "bar",
        stack: "cost",
        barMaxWidth: 18,
        itemStyle: { color: wayColour(way) },
        data: groups.map(({ members }) => totalOf(members.filter((row) => row.way === way)).cost / NANO),
        ...(index === ways.length - 1
          ? {
              label: {
                ...label,
                formatter: ({ dataIndex }: { dataIndex: number }) => formatMoney(groups[dataIndex]?.cost ?? 0),
              },
            }
          : {}),
      })),
    },
  };
}

export function sessionName({ group }: CostRow): string {
  const { session = "", project = "" } = group;
  const id = session === "" ? "no session" : session.slice(0, 8);
  return project === "" ? id : `${id} ${shortenPath(project)}`;
}

/** Share of each day's input that was read from a cache, per cent. */
export function cacheChart({ daily, from, to, timeZone }: CostReport): Chart {
  const byDay = Map.groupBy(daily, ({ group }) => group["day"] ?? "");
  const days = listDays(daily, { from, to, timeZone });
  const shares = days.map((day) => {
    const sums = totalOf(byDay.get(day) ?? []);
    return promptOf(sums) === 0 ? null : Number(((100 * sums.cacheRead) / promptOf(sums)).toFixed(1));
  });
  return {
    height: 200,
    legend: [],
    option: {
      grid: { top: 12, left: 52, right: 14, bottom: 26 },
      xAxis: {
        type: "category",
        data: days.map((day) => day.slice(5)),
        axisLabel: { ...TEXT, hideOverlap: true },
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        max: 100,
        axisLabel: { ...TEXT, formatter: "{value} %" },
        splitLine: { lineStyle: { color: LINE } },
      },
      series: [
        {
          type: "line",
          data: shares,
          connectNulls: false,
          symbol: "circle",
          symbolSize: 6,
          showAllSymbol: true,
          lineStyle: { color: colourOf(2), width: 2 },
          itemStyle: { color: colourOf(2) },
        },
      ],
    },
  };
}

/** Every day of the time, those without costs too, from the first that had some. */
function listDays(
  rows: readonly CostRow[],
  { from, to, timeZone: zone }: { from: number; to: number; timeZone: string },
): string[] {
  const used = [...new Set(rows.map(({ group }) => group["day"] ?? ""))].filter((day) => day !== "").toSorted();
  const [first] = used;
  if (first === undefined) return [];
  const days: string[] = [];
  const start = DateTime.max(DateTime.fromMillis(from, { zone }).startOf("day"), DateTime.fromISO(first, { zone }));
  for (let day = start; day.toMillis() < to && days.length <= MOST_DAYS; day = day.plus({ days: 1 }))
    days.push(day.toFormat("yyyy-MM-dd"));
  return days.length > MOST_DAYS ? used : days;
}

function seriesOf({ group }: CostRow): string {
  return `${group["provider"]} · ${group["model"]}`;
}

function wayColour(way: Way): string {
  return colourOf({ mesh: 0, direct: 1, other_mesh: MOST_SERIES }[way]);
}

function colourOf(index: number): string {
  return COLOURS[index] ?? INK;
}

function moneyAxis(): NonNullable<EChartsOption["yAxis"]> {
  return {
    type: "value",
    axisLabel: { ...TEXT, formatter: (dollars: number) => `$${Number(dollars.toPrecision(6))}` },
    splitLine: { lineStyle: { color: LINE } },
  };
}
