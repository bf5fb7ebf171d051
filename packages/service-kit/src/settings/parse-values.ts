/** What a text or a value of a file means, or why it means nothing. One parser serves files and environment. */
export type Parsed<T> = { value: T } | { problem: string; remedy: string };

export type Parser<T> = (raw: unknown) => Parsed<T>;

const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i;
const MS_OF_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration in ms: a number in `unit`, or a text with a unit of its own: "500ms", "30s", "5m", "1h". */
export function parseDuration(unit: "ms" | "s"): Parser<number> {
  return (raw) => {
    const match = DURATION.exec(String(raw).trim());
    const [, digits, ownUnit] = match ?? [];
    if (digits === undefined)
      return wrong(raw, "a duration", 'Write a number, or one with its unit: "500ms", "30s", "5m".');
    const ms = Number(digits) * (MS_OF_UNIT[(ownUnit ?? unit).toLowerCase()] ?? 1);
    if (ms > MAX_TIMER_MS) return wrong(raw, "a duration that a timer can wait for", "Stay below 24 days.");
    return { value: Math.round(ms) };
  };
}

/** Timers of Node wait at most this long. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const TOKENS = /^(\d+(?:\.\d+)?)\s*([km])?$/i;

/** A number of tokens; "8k" is 8 × 1024, "1m" is 1024 × 1024. */
export const parseTokens: Parser<number> = (raw) => {
  const match = TOKENS.exec(String(raw).replaceAll("_", "").trim());
  const [, digits, suffix] = match ?? [];
  const factor = suffix === undefined ? 1 : suffix.toLowerCase() === "k" ? 1024 : 1024 * 1024;
  const tokens = Number(digits) * factor;
  if (digits === undefined || !Number.isInteger(tokens) || tokens < 1) {
    return wrong(raw, "a number of tokens", 'Write a whole number, or thousands as "8k" (8 × 1024).');
  }
  return { value: tokens };
};

const SIZE = /^(\d+(?:\.\d+)?)\s*(b|kb|mb)?$/i;

/** A size in bytes; "32mb" is 32 × 1024 × 1024. */
export const parseBytes: Parser<number> = (raw) => {
  const match = SIZE.exec(String(raw).trim());
  const [, digits, unit = "b"] = match ?? [];
  const bytes = Number(digits) * (unit.toLowerCase() === "mb" ? 1024 * 1024 : unit.toLowerCase() === "kb" ? 1024 : 1);
  if (digits === undefined || !Number.isInteger(bytes) || bytes < 1) {
    return wrong(raw, "a size", 'Write bytes, or "32mb".');
  }
  return { value: bytes };
};

export function parseInteger(min: number, max: number): Parser<number> {
  return (raw) => {
    const text = String(raw).trim();
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) {
      return wrong(raw, `a whole number from ${min} to ${max}`, "Change it, or leave it out for the default.");
    }
    return { value };
  };
}

/** A count of at least 1; "50_000" may be written for readers. */
export const parseCount: Parser<number> = (raw) => parseInteger(1, 1e12)(String(raw).replaceAll(/(?<=\d)_(?=\d)/g, ""));

const DECIMAL = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A number that may have decimals. */
export function parseNumber(min: number, max: number): Parser<number> {
  return (raw) => {
    const text = String(raw).trim();
    const value = Number(text);
    if (!DECIMAL.test(text) || value < min || value > max) {
      return wrong(raw, `a number from ${min} to ${max}`, "Change it, or leave it out for the default.");
    }
    return { value };
  };
}

/** A part of a whole, 0…1: "0.8" or "80%". */
export const parseShare: Parser<number> = (raw) => {
  const text = String(raw).trim();
  const percent = text.endsWith("%");
  const digits = percent ? text.slice(0, -1).trim() : text;
  const value = Number(digits) / (percent ? 100 : 1);
  if (!DECIMAL.test(digits) || value > 1) return wrong(raw, "a part of a whole", 'Write it as "0.8" or "80%".');
  return { value };
};

/** An amount of money in nano-dollars, written in dollars: "0.25", "$0.25". */
export const parseDollars: Parser<number> = (raw) => {
  const text = String(raw)
    .trim()
    .replace(/^\$\s*/, "");
  const nanoDollars = Math.round(Number(text) * 1e9);
  if (!DECIMAL.test(text) || nanoDollars < 1 || !Number.isSafeInteger(nanoDollars)) {
    return wrong(raw, "an amount in dollars", 'Write more than nothing: "0.25".');
  }
  return { value: nanoDollars };
};

/** The same where nothing is an answer too: "0". */
export const parseDollarsOrNone: Parser<number> = (raw) =>
  /^\$?\s*0+(?:\.0+)?$/.test(String(raw).trim()) ? { value: 0 } : parseDollars(raw);

export const parsePort: Parser<number> = (raw) => parseInteger(1, 65_535)(raw);

const YES = new Set(["true", "yes", "on", "1"]);
const NO = new Set(["false", "no", "off", "0"]);

export const parseBoolean: Parser<boolean> = (raw) => {
  const text = String(raw).trim().toLowerCase();
  if (YES.has(text)) return { value: true };
  if (NO.has(text)) return { value: false };
  return wrong(raw, "yes or no", "Write true or false.");
};

export function parseChoice<T extends string>(...choices: readonly T[]): Parser<T> {
  return (raw) => {
    const text = String(raw).trim().toLowerCase();
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined
      ? wrong(raw, "one of the choices", `Write one of: ${choices.join(", ")}.`)
      : { value: choice };
  };
}

/** A base URL: http or https, without credentials, query and fragment; trailing slashes are taken off. */
export const parseUrl: Parser<string> = (raw) => {
  const text = String(raw).trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    return wrong(raw, "an address", "Write it with its scheme: https://host or http://host:port.");
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "holds a credential inside the address", remedy: "Give the credential as the provider's key." };
  }
  if (url.search !== "" || url.hash !== "") {
    return wrong(raw, "a base address", "Leave out what stands behind ? or #.");
  }
  return { value: text.replace(/\/+$/, "") };
};

export const parseText: Parser<string> = (raw) => {
  if (typeof raw !== "string" && typeof raw !== "number") return wrong(raw, "a text", "Put it in quotes.");
  const text = String(raw).trim();
  return text === "" ? { problem: "is empty", remedy: "Fill it in, or leave it out." } : { value: text };
};

/** A list, or a text with commas between its items. */
export const parseTextList: Parser<readonly string[]> = (raw) => {
  const items: readonly unknown[] = Array.isArray(raw) ? raw : String(raw).split(",");
  const texts = items.map((item) =>
    typeof item === "string" || typeof item === "number" ? String(item).trim() : undefined,
  );
  if (texts.some((text) => text === undefined))
    return wrong(raw, "a list of texts", "Write a list, or a text with commas.");
  return { value: texts.filter((text): text is string => text !== undefined && text !== "") };
};

/** Shows what was written, but never much of it, for it may be a secret in the wrong place. */
function wrong(raw: unknown, wanted: string, remedy: string): { problem: string; remedy: string } {
  const text = typeof raw === "string" ? raw : (JSON.stringify(raw) ?? "nothing");
  const shown = text.length > 24 ? `${text.slice(0, 12)}…` : text;
  return { problem: `"${shown}" is not ${wanted}`, remedy };
}
