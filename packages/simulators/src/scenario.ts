/**
 * What a simulator is told to answer: plain JSON, so that a script works in the same process and over
 * the control endpoint alike. Without any script a simulator answers a short text of its own.
 */
export interface Scenario {
  /** Only for requests that fit; others take the next scenario that does. */
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
  /** "bytes" writes one byte at a time; a number, so many bytes at a time; default: an event at a time. */
  write?: "events" | "bytes" | number;
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
  /** Destroys the socket before anything, or after so many events. */
  | { type: "cut"; afterEvents?: number; afterBytes?: number }
  /** Ends the response properly, but in the middle. */
  | { type: "end"; afterEvents: number }
  /** Sends nothing more and keeps the connection. */
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
}

export interface Simulator {
  readonly kind: string;
  /** "http://127.0.0.1:<port>": what stands before the API's own paths. */
  readonly url: string;
  readonly port: number;
  readonly requests: RecordedRequest[];
  /** Appends to the queue of scenarios. */
  script(...scenarios: Scenario[]): void;
  /** Answers by a function of the request; it goes before the queue; undefined falls through. */
  answerWith(decide: ((request: RecordedRequest) => Scenario | undefined) | undefined): void;
  /** Resolves with the first recorded request that fits, waiting for it where needed (10 s at most, then throws). */
  waitFor(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Forgets scripts and requests. */
  reset(): void;
  close(): Promise<void>;
}
