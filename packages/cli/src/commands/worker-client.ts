import type { Settings } from "@switchyard/service-kit";

export interface WorkerClient {
  readonly url: string;
  /** The answer's JSON. Throws a WorkerError that says what to do about it. */
  ask(path: string, options?: { method?: "GET" | "POST" | "PUT" | "DELETE"; body?: unknown }): Promise<unknown>;
}

/** The cost worker could not be asked, or refused. The message is a sentence for people, without its full stop. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /** Of the answer; undefined: there was none. */
  readonly status: number | undefined;

  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

const TIMEOUT_MS = 30_000;

/** Asks the cost worker, as configured or at `url`. */
export function createWorkerClient(settings: Pick<Settings, "costs" | "gateway">, url?: string): WorkerClient {
  const base = (url ?? settings.costs.workerUrl).replace(/\/+$/, "");
  const token = settings.gateway.adminToken?.reveal();
  return {
    url: base,
    async ask(path, { method = "GET", body } = {}) {
      const answer = await send(`${base}${path}`, {
        method,
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          accept: "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw refusal(base, { status: answer.status, text, hasToken: token !== undefined });
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw new WorkerError(`what answers at ${base} is no cost worker: its answer is no JSON`, { cause });
      }
    },
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const { origin } = URL.canParse(url) ? new URL(url) : { origin: url };
  try {
    return await fetch(url, init);
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    const name = error instanceof Error && error.name === "TimeoutError" ? `for ${TIMEOUT_MS / 1000} s` : undefined;
    const why = name ?? cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
    throw new WorkerError(`the cost worker at ${origin} does not answer (${why})`, { cause: error });
  }
}

function refusal(base: string, answer: { status: number; text: string; hasToken: boolean }): WorkerError {
  const { status, text, hasToken } = answer;
  const told = messageOf(text)?.replace(/\.$/, "") ?? `it answered ${status}`;
  if (status === 401 || status === 403) {
    const what = hasToken ? "does not accept the admin token" : "wants an admin token and none is set";
    return new WorkerError(
      `the cost worker at ${base} ${what}: set SWITCHYARD_ADMIN_TOKEN or gateway.admin_token to its own (${told})`,
      { status },
    );
  }
  return new WorkerError(`the cost worker at ${base} refused: ${told}`, { status });
}

/** Of Anthropic's error envelope. */
function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    return undefined;
  }
}
