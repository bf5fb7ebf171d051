import { GatewayError } from "@switchyard/wire";

export interface AdmissionLimits {
  /** Requests that are answered at the same time. */
  maxConcurrent: number;
  /** Requests that may wait for their turn. */
  maxLength: number;
  /** ms a request waits at most. */
  maxWaitMs: number;
}

/** A short, fair queue before the gateway: who comes often does not keep the others waiting. */
export interface Admission {
  readonly active: number;
  readonly waiting: number;
  /**
   * Resolves when it is the request's turn, with a function that gives its place back.
   * @throws GatewayError rate_limit_error with retry-after when there is no place, nor one to wait in.
   */
  enter(client: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  admit(): void;
}

/** `limits` is asked at each request: settings may be replaced. */
export function createAdmission(limits: () => AdmissionLimits): Admission {
  // One line per client, served in turn; a Map keeps the order in which clients joined.
  const lines = new Map<string, Waiter[]>();
  let active = 0;
  let waiting = 0;

  function leave(): void {
    active -= 1;
    admitNext();
  }

  function createPlace(): () => void {
    active += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  }

  function admitNext(): void {
    while (active < limits().maxConcurrent) {
      const [first] = lines;
      if (first === undefined) return;
      const [client, line] = first;
      const waiter = line.shift();
      // Its next request waits behind one of everybody else's.
      lines.delete(client);
      if (line.length > 0) lines.set(client, line);
      waiter?.admit();
    }
  }

  function wait(client: string, signal: AbortSignal): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const waiter: Waiter = {
      admit: () => {
        settle();
        resolve(createPlace());
      },
    };
    const settle = (): void => {
      waiting -= 1;
      clearTimeout(timer);
      signal.removeEventListener("abort", give);
    };
    const withdraw = (): void => {
      settle();
      const line = (lines.get(client) ?? []).filter((one) => one !== waiter);
      if (line.length === 0) lines.delete(client);
      else lines.set(client, line);
    };
    const give = (): void => {
      withdraw();
      reject(signal.reason instanceof Error ? signal.reason : new Error("The client has left."));
    };
    const timer = setTimeout(() => {
      withdraw();
      reject(refuse());
    }, limits().maxWaitMs);
    waiting += 1;
    lines.set(client, [...(lines.get(client) ?? []), waiter]);
    signal.addEventListener("abort", give, { once: true });
    return promise;
  }

  function refuse(): GatewayError {
    return new GatewayError(
      "rate_limit_error",
      `This gateway is answering ${active} requests, as many as max_concurrent_requests allows; please retry`,
      { retryAfterSeconds: Math.max(1, Math.ceil(limits().maxWaitMs / 1000)) },
    );
  }

  return {
    get active() {
      return active;
    },
    get waiting() {
      return waiting;
    },
    enter: async (client, signal) => {
      const { maxConcurrent, maxLength } = limits();
      if (active < maxConcurrent && waiting === 0) return createPlace();
      if (signal.aborted) throw new Error("The client has left.");
      if (waiting >= maxLength) throw refuse();
      const place = wait(client, signal);
      admitNext();
      return place;
    },
  };
}
