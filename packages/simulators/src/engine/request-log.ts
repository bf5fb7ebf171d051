import type { RecordedRequest } from "../scenario.ts";

const WAIT_LIMIT_MS = 30_000;

interface Waiter {
  fits: (request: RecordedRequest) => boolean;
  resolve: (request: RecordedRequest) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

export interface RequestLog {
  readonly requests: RecordedRequest[];
  add(request: RecordedRequest): void;
  /** Looks again at what waiters wait for: to be called whenever a recorded request changes. */
  changed(request: RecordedRequest): void;
  waitFor(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  clear(): void;
  close(): void;
}

export interface RequestLogLimits {
  requests: number;
  /** Of all bodies together, in characters. */
  bytes: number;
}

/** Keeps the newest requests within its limits and wakes those who wait for one. */
export function createRequestLog(limits: RequestLogLimits): RequestLog {
  const requests: RecordedRequest[] = [];
  let bytes = 0;
  const waiters = new Set<Waiter>();

  const changed = (request: RecordedRequest): void => {
    for (const waiter of waiters) {
      if (!waiter.fits(request)) continue;
      waiters.delete(waiter);
      clearTimeout(waiter.timer);
      waiter.resolve(request);
    }
  };
  const fail = (waiter: Waiter, reason: string): void => {
    waiters.delete(waiter);
    clearTimeout(waiter.timer);
    waiter.reject(new Error(reason));
  };

  return {
    requests,
    changed,
    add(request) {
      requests.push(request);
      bytes += request.body.length;
      while (requests.length > 1 && (requests.length > limits.requests || bytes > limits.bytes)) {
        bytes -= requests.shift()?.body.length ?? 0;
      }
      changed(request);
    },
    waitFor(fits) {
      const known = requests.find(fits);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          fits,
          resolve,
          reject,
          timer: setTimeout(() => fail(waiter, `no such request within ${WAIT_LIMIT_MS} ms`), WAIT_LIMIT_MS),
        };
        waiters.add(waiter);
      });
    },
    clear() {
      requests.length = 0;
      bytes = 0;
    },
    close() {
      for (const waiter of waiters) fail(waiter, "the simulator was closed");
    },
  };
}
