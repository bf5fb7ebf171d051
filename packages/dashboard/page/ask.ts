const TOKEN = "switchyard-admin-token";

/** An answer that is not 2xx, in the gateway's own words. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the gateway, with the admin token where one was given; it stays in this tab until that is closed. */
export interface Asker {
  readonly hasToken: boolean;
  setToken(token: string | undefined): void;
  /** @throws AnswerError; TypeError where nobody answers. */
  ask<Answer>(path: string, options?: AskOptions): Promise<Answer>;
  /** Saves an answer as a file. */
  download(path: string, fileName: string): Promise<void>;
}

export interface AskOptions {
  method?: "POST" | "PUT";
  body?: unknown;
  signal?: AbortSignal;
  /** Statuses besides 2xx whose answers are what was asked for. */
  also?: readonly number[];
}

const LONGEST_MS = 60_000;

export function createAsker(): Asker {
  let token = readToken();
  const send = async (path: string, { method, body, signal, also = [] }: AskOptions): Promise<Response> => {
    const timeout = AbortSignal.timeout(LONGEST_MS);
    const response = await fetch(path, {
      method: method ?? "GET",
      cache: "no-store",
      credentials: "omit",
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (response.ok || also.includes(response.status)) return response;
    throw new AnswerError(response.status, await readMessage(response));
  };
  return {
    get hasToken() {
      return token !== undefined;
    },
    setToken(next) {
      token = next;
      if (next === undefined) sessionStorage.removeItem(TOKEN);
      else sessionStorage.setItem(TOKEN, next);
    },
    ask: async <Answer>(path: string, options: AskOptions = {}) =>
      (await send(path, options)).json() as Promise<Answer>,
    async download(path, fileName) {
      const url = URL.createObjectURL(await (await send(path, {})).blob());
      Object.assign(document.createElement("a"), { href: url, download: fileName }).click();
      URL.revokeObjectURL(url);
    },
  };
}

function readToken(): string | undefined {
  return sessionStorage.getItem(TOKEN) ?? undefined;
}

async function readMessage(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error?: { message?: string } };
    return error?.message ?? `status ${response.status}`;
  } catch {
    return `status ${response.status}`;
  }
}

/** For people. */
export function problemOf(error: unknown): string {
  if (error instanceof AnswerError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") return "it took too long";
  return "nobody answers at this address";
}
