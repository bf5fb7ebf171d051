import { readFileSync } from "node:fs";
import type { Delivery, Scenario } from "../scenario.ts";
import type { Dialect, ErrorWish, Exchange, Frame, Generation, JsonAnswer, StreamAnswer } from "./dialect.ts";
import type { Part } from "./deliver.ts";
import { formatFrame } from "./format-frame.ts";

/** Status, headers and pieces of the body, ready for delivery. */
export interface PreparedAnswer {
  status: number;
  headers: Record<string, string>;
  parts: Part[];
}

const EVENT_STREAM = "text/event-stream; charset=utf-8";

/** Turns a scenario into what is to be sent: the dialect words it, the faults that change the content are applied. */
export function prepareAnswer(dialect: Dialect, exchange: Exchange, scenario: Scenario): PreparedAnswer {
  const { fault, error } = scenario;
  if (fault?.type === "redirect") {
    return prepareText(fault.status, { location: fault.location, ...scenario.headers }, "");
  }
  if (fault?.type === "not_json") {
    return prepareText(
      200,
      { "content-type": "text/html", ...scenario.headers },
      "<html><body>It works!</body></html>",
    );
  }
  if (fault?.type === "empty_body") {
    return prepareText(200, { "content-type": "application/json", ...scenario.headers }, "");
  }
  if (error !== undefined) return prepareError(dialect, exchange, scenario);
  if (dialect.generation === undefined) {
    return prepareJson(dialect.respond?.(exchange) ?? { status: 404, body: "Not Found" }, scenario.headers);
  }
  return prepareGenerated(dialect, dialect.generation, exchange, scenario);
}

/** A JSON answer as one part, which counts as one event. */
export function prepareJson(answer: JsonAnswer, headers: Record<string, string> = {}): PreparedAnswer {
  const isText = typeof answer.body === "string";
  const text = isText ? answer.body : JSON.stringify(answer.body);
  const contentType = isText ? "text/plain; charset=utf-8" : "application/json";
  return prepareText(answer.status, { "content-type": contentType, ...answer.headers, ...headers }, text as string);
}

function prepareText(status: number, headers: Record<string, string>, text: string): PreparedAnswer {
  return { status, headers, parts: [{ bytes: Buffer.from(text), isEvent: true }] };
}

function prepareError(dialect: Dialect, exchange: Exchange, scenario: Scenario): PreparedAnswer {
  const wish = scenario.error ?? { status: 500 };
  const worded = dialect.wordError(wish, exchange);
  const answer = wish.body === undefined ? worded : { ...worded, body: wish.body };
  return prepareJson(answer, { ...scenario.headers, ...wish.headers });
}

function prepareGenerated(
  dialect: Dialect,
  generation: Generation,
  exchange: Exchange,
  scenario: Scenario,
): PreparedAnswer {
  if (scenario.recorded !== undefined) return prepareRecorded(generation, scenario);
  const { fault } = scenario;
  const wish = fault?.type === "error_in_200" ? errorWish(fault) : undefined;
  if (generation.view(exchange).stream) {
    const answer = generation.stream(exchange, scenario);
    const frames =
      wish === undefined
        ? answer.frames
        : endWithError(answer.frames.slice(0, afterEvents(scenario)), generation, { wish, exchange });
    return prepareStream({ ...answer, frames }, generation, scenario);
  }
  if (wish !== undefined) return prepareJson({ ...dialect.wordError(wish, exchange), status: 200 }, scenario.headers);
  const prepared = prepareJson(generation.answer(exchange, scenario), scenario.headers);
  // A body that ends early is a proper end with half of the text.
  return fault?.type === "end" ? { ...prepared, parts: prepared.parts.map(halve) } : prepared;
}

function endWithError(
  frames: readonly Frame[],
  generation: Generation,
  { wish, exchange }: { wish: ErrorWish; exchange: Exchange },
): Frame[] {
  return [...frames, ...generation.errorFrames(wish, exchange, frames.length)];
}

function errorWish(fault: { errorType?: string; message?: string; status?: number }): ErrorWish {
  return {
    status: fault.status ?? 529,
    ...(fault.errorType === undefined ? {} : { type: fault.errorType }),
    ...(fault.message === undefined ? {} : { message: fault.message }),
  };
}

function afterEvents(scenario: Scenario): number {
  const { fault } = scenario;
  return fault !== undefined && "afterEvents" in fault ? (fault.afterEvents ?? 0) : 0;
}

function halve(part: Part): Part {
  return { ...part, bytes: part.bytes.subarray(0, Math.floor(part.bytes.length / 2)) };
}

function prepareStream(answer: StreamAnswer, generation: Generation, scenario: Scenario): PreparedAnswer {
  const delivery = scenario.delivery ?? {};
  const headers = {
    "content-type": answer.contentType ?? EVENT_STREAM,
    "cache-control": "no-cache",
    ...answer.headers,
    ...scenario.headers,
  };
  const fillers = prepareFillers(generation, delivery);
  const parts: Part[] = [];
  for (const frame of answer.frames) {
    parts.push(...fillers, { bytes: Buffer.from(formatFrame(frame, delivery.lineEnding)), isEvent: true });
  }
  return { status: 200, headers, parts };
}

/** What stands before every event when comments or pings are asked for. */
function prepareFillers(generation: Generation, delivery: Delivery): Part[] {
  const lineEnding = delivery.lineEnding ?? "\n";
  const comment = Buffer.from(`:${generation.comment ?? " keep-alive"}${lineEnding}${lineEnding}`);
  const ping = generation.ping === undefined ? comment : Buffer.from(formatFrame(generation.ping, delivery.lineEnding));
  const texts = [...(delivery.comments === true ? [comment] : []), ...(delivery.pings === true ? [ping] : [])];
  return texts.map((bytes) => ({ bytes, isEvent: false }));
}

/** Recorded bytes: `*.chunks.txt` holds a data line per event; a stream given as text keeps its own framing. */
function prepareRecorded(generation: Generation, scenario: Scenario): PreparedAnswer {
  const { recorded } = scenario;
  if (recorded === undefined) throw new Error("the scenario holds nothing recorded");
  if ("path" in recorded) {
    const text = readFileSync(recorded.path, "utf8");
    if (!recorded.path.endsWith(".chunks.txt")) {
      return prepareText(200, { "content-type": "application/json", ...scenario.headers }, text);
    }
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return prepareStream({ frames: generation.recordedFrames(lines) }, generation, scenario);
  }
  const headers = { "content-type": recorded.contentType, ...scenario.headers };
  if (!recorded.contentType.startsWith("text/event-stream")) return prepareText(200, headers, recorded.text);
  const events = recorded.text.split(/(?<=\r?\n\r?\n)/).filter((event) => event !== "");
  return { status: 200, headers, parts: events.map((event) => ({ bytes: Buffer.from(event), isEvent: true })) };
}
