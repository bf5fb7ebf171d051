const NANO = 1e9;

/**
 * Nano-dollars for people: cents from a dollar on, four digits below, and as many as it takes to see the smallest
 * figure that is not nothing.
 */
export function formatMoney(nanoDollars: number): string {
  const dollars = Math.abs(nanoDollars) / NANO;
  const sign = nanoDollars < 0 ? "-" : "";
  if (dollars === 0) return "$0";
  if (dollars >= 0.995) return `${sign}$${separate(dollars.toFixed(2))}`;
  if (dollars >= 0.0001) return `${sign}$${dollars.toFixed(4)}`;
  return `${sign}$${dollars.toFixed(9).replace(/0+$/, "")}`;
}

/** "1,234,567". */
export function formatCount(count: number): string {
  return separate(String(Math.round(count)));
}

/** "1.23M": where there is no room for every digit. */
export function formatShort(count: number): string {
  for (const [size, letter] of [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const)
    if (Math.abs(count) >= size * 0.9995) return `${(count / size).toPrecision(3)}${letter}`;
  return String(Math.round(count));
}

/** "83.1 %"; "–" where there is nothing to have a share of. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** The last part of a path, which people know their projects by. */
export function shortenPath(project: string): string {
  return project.split(/[/\\]/).findLast((part) => part !== "") ?? project;
}

/** Cut in the middle: beginnings tell the kind, ends tell one from the other. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}

function separate(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}
