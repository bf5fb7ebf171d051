import type { QuotaReport, RequestWeight } from "./quotas/quota-report.ts";
import type { QuotaRule } from "./quotas/quota-rule.ts";

/**
 * What a simulator is told to answer: plain JSON, so that a script works in the same process and over
 * the control endpoint alike. Without any script a simulator answers a short text of its own.
 */
export interface Scenario {
  /**
   * Only for requests that fit; others take the next scenario that does. `path` and `contains` are substrings (of the
   * path and of the raw body). A scenario that names a path may also fail an endpoint that generates nothing
   * (model lists, token counts); the others leave those alone.
   */
  match?: { model?: string; path?: string; contains?: string; stream?: boolean };
  /** How often it is used; default once. "always" keeps it. */
  times?: number | "always";

  /** The answer's content, in order. Tool calls that stand together are parallel. */
  blocks?: ScenarioBlock[];
  /** Default: tool_use when the blocks hold a tool call, else end_turn. In the Messages API's words; each simulator maps it. */
  stopReason?: string;
  stopSequence?: string;
  usage?: ScenarioUsage;

  /** An error answer instead: the simulator words it as its provider does unless `body` is given. */
  error?: { status: number; type?: string; message?: string; body?: unknown; headers?: Record<string, string> };
  /** Extra headers on any answer. */
  headers?: Record<string, string>;

  delivery?: Delivery;
  fault?: Fault;
  /** Exact bytes of a recorded stream or answer, sent instead of anything built from blocks. */
  recorded?: { path: string } | { text: string; contentType: string };
}

export type ScenarioBlock =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string; redacted?: boolean }
  | { type: "tool_call"; name: string; input: unknown; id?: string };

export interface ScenarioUsage {
  /** Tokens; input is the whole prompt, cached parts included. Default: counted from the body by length. */
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  /** The part of `cacheWrite` that lives an hour; only the Messages API tells it apart. */
  cacheWrite1h?: number;
  reasoning?: number;
  /** When a stream reports it: with the first chunk, with the last one, in a chunk of its own after it, or never. */
  when?: "early" | "late" | "after" | "never";
}

export interface Delivery {
  /** ms before the status line. */
  delayMs?: number;
  /** ms between the headers and the first byte of the body. */
  firstByteDelayMs?: number;
  /** ms between two events. */
  eventDelayMs?: number;
  /** Characters per text or argument delta. Default 20. */
  deltaCharacters?: number;
  /** Repeat deltas so that the answer has at least so many events. */
  events?: number;
  /** "bytes" writes one byte at a time; a number, so many bytes at a time; "whole", all at once; default: an event at a time. */
  write?: "events" | "bytes" | "whole" | number;
  lineEnding?: "\n" | "\r\n";
  /** Comments (": keep-alive") and pings before the first event and between events. */
  comments?: boolean;
  pings?: boolean;
  /** Leave [DONE] out. */
  noDone?: boolean;
  compression?: "gzip" | "br" | "zstd";
  /** Tool calls: how their arguments travel. */
  toolArguments?: "incremental" | "cumulative" | "whole" | "empty";
  /** Parallel calls: deltas of all calls in turn, instead of one call after the other. */
  interleave?: boolean;
}

export type Fault =
  /** Destroys the socket before the status line, or after so many events (0: after the headers). `reset` sends RST, not FIN. */
  | { type: "cut"; afterEvents?: number; afterBytes?: number; reset?: boolean }
  /** Ends the response properly, but in the middle. */
  | { type: "end"; afterEvents: number }
  /** Sends nothing more and keeps the connection; without a count, not even a status line. */
  | { type: "hang"; afterEvents?: number }
  /** An error inside a 200: as an event of the stream, or as the JSON body. */
  | { type: "error_in_200"; afterEvents?: number; errorType?: string; message?: string; status?: number }
  | { type: "redirect"; status: number; location: string }
  | { type: "not_json" }
  | { type: "empty_body" };

/** One request as the simulator got it. */
export interface RecordedRequest {
  at: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Raw text of the body. */
  body: string;
  json: unknown;
  /** Status that was answered; 0 while none was. */
  status: number;
  /** ms since the epoch when the client went away before the end; absent: it did not. */
  abortedAt?: number;
  /** Events that were written. */
  eventsWritten: number;
  finished: boolean;
  /** Name of the dialect that answered, e.g. "messages". */
  dialect?: string;
  /** The simulator's own reason, in the provider's wording, when it refused the request unscripted. */
  refused?: string;
  /** What was odd but is no reason to refuse, e.g. "attribution block is not the first system block". */
  notes: string[];
}

export interface Simulator {
  readonly kind: string;
  /** "http://127.0.0.1:<port>": what stands before the API's own paths. */
  readonly url: string;
  readonly port: number;
  /** What the provider's base URL setting takes: `url` and what stands before the paths that a service appends. */
  readonly baseUrl: string;
  readonly requests: RecordedRequest[];
  readonly quotas: SimulatorQuotas;
  /** Appends to the queue of scenarios. */
  script(...scenarios: Scenario[]): void;
  /** Answers by a function of the request; it goes before the queue; undefined falls through. */
  answerWith(decide: ((request: RecordedRequest) => Scenario | undefined) | undefined): void;
  /** Answers by the conversation: before the queue, after `answerWith`. */
  useBrain(brain: Brain | undefined): void;
  /** Resolves with the first recorded request that fits, waiting for it where needed (10 s at most, then throws). */
  waitFor(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Forgets scripts, requests and what quotas have counted for reports; quotas stay as full as they are. */
  reset(): void;
  close(): Promise<void>;
}

/** The quotas that a simulator enforces. */
export interface SimulatorQuotas {
  /** Other rules, all of them unused. Throws on rules that are none. */
  replace(rules: readonly QuotaRule[]): void;
  report(): QuotaReport;
  /** Counts for reports begin anew; quotas stay as full as they are. */
  clearReport(): void;
  /** Least share of any limit of the model that would be left after such a request; negative: it would be refused now. */
  roomAfter(model: string, weight: RequestWeight): number;
}

/** What a request says, whatever its dialect. */
export interface ConversationView {
  model: string;
  stream: boolean;
  /** Every system text, joined by newlines; those in the middle of the conversation too. */
  system: string;
  /**
   * The last text a person wrote. Text beside or right after tool results belongs to their turn and is not it;
   * `<system-reminder>` parts are left out.
   */
  lastUserText: string;
  /** Names of the tools that the model may call now: a deferred tool only once it was referenced. */
  tools: string[];
  /** Results that came since that text, in order. */
  toolResults: ToolResultView[];
}

export interface ToolResultView {
  callId: string;
  /** Name of the tool, where the conversation tells it. */
  name?: string;
  text: string;
  /** True when the result holds an image, here or right after it. */
  hasImage: boolean;
  isError: boolean;
}

/** Plays a model: looks at the conversation and says what to answer; undefined: nothing to say. */
export type Brain = (view: ConversationView, request: RecordedRequest) => Scenario | undefined;
