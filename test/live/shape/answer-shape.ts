import type { RawDialect } from "../dialects/raw-dialect.ts";
import type { RawAnswer } from "../live-case.ts";
import { asObject, parseJson } from "../read-json.ts";
import { redactRecording } from "../recording/redact-recording.ts";
import { listKeyPaths, type KeyPaths } from "./list-key-paths.ts";

/** What of an answer a client could come to rely on; everything that differs from request to request is left out. */
export interface AnswerShape {
  status: number;
  /** Without parameters. */
  contentType: string;
  /** Names of the headers that tell limits. */
  limitHeaders: readonly string[];
  /** Of a refusal: what it says, by path ("error.message"); figures and ids are left out. */
  wording: Readonly<Record<string, string>>;
  /** Kinds of events in order, repetitions taken together; empty: no stream. */
  events: readonly string[];
  /** Keys of the body, or of each kind of event. */
  keys: ReadonlyMap<string, KeyPaths>;
}

/** Where refusals say what they mean. */
const WORDED_KEYS: ReadonlySet<string> = new Set(["type", "code", "status", "param", "message", "reason"]);

const LIMIT_HEADER = /ratelimit|retry-after|x-should-retry/;

export function shapeOf(answer: RawAnswer, dialect: RawDialect): AnswerShape {
  const failed = answer.status >= 400;
  const body = answer.events === undefined ? parseJson(answer.text) : undefined;
  return {
    status: answer.status,
    contentType: (answer.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "",
    limitHeaders: Object.keys(answer.headers)
      .filter((name) => LIMIT_HEADER.test(name))
      .toSorted(),
    wording: failed ? (body === undefined ? { body: normalize(answer.text) } : collectWording(body)) : {},
    ...(answer.events === undefined
      ? { events: [], keys: new Map(body === undefined ? [] : [["body", listKeyPaths(body)] as const]) }
      : shapeOfEvents(answer.events, dialect)),
  };
}

function shapeOfEvents(events: readonly string[], dialect: RawDialect): Pick<AnswerShape, "events" | "keys"> {
  const order: string[] = [];
  const byLabel = new Map<string, unknown[]>();
  for (const data of events) {
    const value = parseJson(data);
    const label = value === undefined ? data.slice(0, 20) : dialect.labelEvent(value);
    if (label === undefined) continue;
    if (order.at(-1) !== label) order.push(label);
    if (value !== undefined) byLabel.set(label, [...(byLabel.get(label) ?? []), value]);
  }
  return { events: order, keys: new Map([...byLabel].map(([label, values]) => [label, listKeyPaths(...values)])) };
}

function collectWording(value: unknown, path = "", wording: Record<string, string> = {}): Record<string, string> {
  if (Array.isArray(value)) {
    value.forEach((element: unknown) => collectWording(element, `${path}[]`, wording));
    return wording;
  }
  for (const [key, child] of Object.entries(asObject(value))) {
    const below = path === "" ? key : `${path}.${key}`;
    if (typeof child === "object" && child !== null) collectWording(child, below, wording);
    else if (WORDED_KEYS.has(key)) wording[below] = normalize(String(child));
  }
  return wording;
}

/** Long words with several digits: nobody's vocabulary. */
const GENERATED_ID = /(?<![\w-])(?=(?:[\w-]*\d){4})[\w-]{16,}/g;

/** Ids and figures differ from one refusal to the next. */
function normalize(text: string): string {
  return redactRecording(text)
    .replaceAll(GENERATED_ID, "#")
    .replaceAll(/\d+(?:[.,]\d+)*/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}
