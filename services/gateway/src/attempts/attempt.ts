import type { IncomingHttpHeaders } from "node:http";

import type { CommittedStream, CompleteAnswer } from "@switchyard/service-kit";
import type { FailureName, LimitObservation, Rejection, TokenUsage } from "@switchyard/wire";

/** What is the same for every attempt of a request. */
export interface OutgoingMessage {
  requestId: string;
  /** "/v1/messages" with the client's query. */
  path: string;
  /** Emptied once the first output has come. */
  body: Buffer;
  /** What was read from the body (`writeFacts`), so that the provider service need not scan it again. */
  facts?: string;
  stream: boolean;
  clientHeaders: IncomingHttpHeaders;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  /** In the clock of performance.now(). */
  deadline: number;
}

/** An answer as it came, to be passed on unmodified. */
export interface RawAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

export interface AttemptFailure {
  name: FailureName;
  status: number;
  type: string;
  message: string;
  retryAfterSeconds?: number;
  /** The error answer itself; absent when there was none. */
  raw?: RawAnswer;
  /** Headers for the client, should this be what it gets. */
  headers: Record<string, string>;
  /** True when the credential that failed was the client's own. */
  clientCredential: boolean;
  /** What the answer said of the upstream's limits. */
  observations?: readonly LimitObservation[];
  /** The fields and betas that it named as not accepted. */
  rejections?: readonly Rejection[];
}

/** When things happened, in the clock of performance.now(). */
export interface AttemptTiming {
  sentAt: number;
  /** First real output, or the whole answer. */
  outputAt: number;
  /** ms that the provider service says its upstream took; the rest of the time between both is the mesh's own. */
  upstreamMs: number;
}

interface Won {
  headers: Readonly<Record<string, string>>;
  timing: AttemptTiming;
}

export type AttemptResult =
  | (Won & { kind: "stream"; stream: CommittedStream })
  | (Won & { kind: "answer"; answer: CompleteAnswer })
  | { kind: "failed"; failure: AttemptFailure; usage: TokenUsage }
  | { kind: "aborted"; usage: TokenUsage };
