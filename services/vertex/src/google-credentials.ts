import type { CredentialSettings } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { AuthClient, OAuth2ClientOptions } from "google-auth-library";

import { createAuthClientFromFile } from "./create-auth-client.ts";

export type GoogleCredentialSettings = Extract<CredentialSettings, { type: "google" }>;

/** Headers that authorize a request to Google, fetched when first needed and renewed before they expire. */
export interface GoogleCredentials {
  /** @throws GatewayError with failure "auth", "network" or "timeout" */
  headers(): Promise<Record<string, string>>;
  /** Forgets the token: the upstream has refused it. */
  invalidate(): void;
}

export interface GoogleCredentialsDependencies {
  /** How the library reaches Google; default: directly, or through the proxy that its environment names. */
  clientOptions?: OAuth2ClientOptions;
  /** ms since the epoch. */
  now?: () => number;
  timeoutMs?: number;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const DEFAULT_TIMEOUT_MS = 15_000;

/** The library renews a token in its last five minutes; asking a little later than that makes it do so. */
const RENEW_BEFORE_MS = 4.5 * 60_000;
/** From here on a token may expire on its way: the request waits for the new one. */
const WAIT_BEFORE_MS = 30_000;

export function createGoogleCredentials(
  settings: GoogleCredentialSettings,
  dependencies: GoogleCredentialsDependencies = {},
): GoogleCredentials {
  const { accessToken } = settings;
  if (accessToken === undefined) return new LibraryCredentials(settings, dependencies);
  return {
    headers: () => Promise.resolve({ authorization: `Bearer ${accessToken.reveal()}` }),
    invalidate: () => {},
  };
}

interface CachedHeaders {
  headers: Record<string, string>;
  /** ms since the epoch. */
  expiresAt: number;
}

/** Service account file, Application Default Credentials, impersonation, workload identity: by Google's library. */
class LibraryCredentials implements GoogleCredentials {
  readonly #settings: GoogleCredentialSettings;
  readonly #dependencies: GoogleCredentialsDependencies;
  readonly #now: () => number;
  #client: Promise<AuthClient> | undefined;
  #cached: CachedHeaders | undefined;
  #renewal: Promise<CachedHeaders> | undefined;

  constructor(settings: GoogleCredentialSettings, dependencies: GoogleCredentialsDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#now = dependencies.now ?? Date.now;
  }

  async headers(): Promise<Record<string, string>> {
    const left = (this.#cached?.expiresAt ?? 0) - this.#now();
    if (this.#cached !== undefined && left > RENEW_BEFORE_MS) return this.#cached.headers;
    const renewal = this.#renew();
    if (this.#cached === undefined || left <= WAIT_BEFORE_MS) return (await renewal).headers;
    // The old one still does; a renewal that fails is tried again by the next request.
    renewal.catch(() => {});
    return this.#cached.headers;
  }

  invalidate(): void {
    this.#client = undefined;
    this.#cached = undefined;
    this.#renewal = undefined;
  }

  #renew(): Promise<CachedHeaders> {
    if (this.#renewal !== undefined) return this.#renewal;
    const renewal = this.#fetch()
      .then((fresh) => {
        if (this.#renewal === renewal) this.#cached = fresh;
        return fresh;
      })
      .finally(() => {
        if (this.#renewal === renewal) this.#renewal = undefined;
      });
    this.#renewal = renewal;
    return renewal;
  }

  async #fetch(): Promise<CachedHeaders> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#dependencies;
    try {
      return await withTimeout(this.#ask(), timeoutMs);
    } catch (error) {
      throw nameTokenError(error, this.#settings);
    }
  }

  async #ask(): Promise<CachedHeaders> {
    this.#client ??= this.#createClient();
    const client = await this.#client.catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    const headers = await client.getRequestHeaders();
    // Without a date of expiry nothing is kept here; the library keeps it as long as it sees fit.
    return { headers: pick(headers), expiresAt: client.credentials.expiry_date ?? 0 };
  }

  async #createClient(): Promise<AuthClient> {
    // Loaded with the first token: it weighs more than the rest of the service.
    const library = await import("google-auth-library");
    const { keyFile, project } = this.#settings;
    const options = this.#dependencies.clientOptions ?? {};
    if (keyFile !== undefined) return await createAuthClientFromFile(keyFile, { library, scope: SCOPE, options });
    return await new library.GoogleAuth({ scopes: [SCOPE], projectId: project, clientOptions: options }).getClient();
  }
}

function pick(headers: Headers): Record<string, string> {
  const authorization = headers.get("authorization");
  if (authorization === null) throw new Error("The credentials gave no authorization header");
  const quotaProject = headers.get("x-goog-user-project");
  return { authorization, ...(quotaProject === null ? {} : { "x-goog-user-project": quotaProject }) };
}

async function withTimeout<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new GatewayError("timeout_error", `Google gave no access token within ${timeoutMs} ms.`, {
            failure: "timeout",
          }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const ALTERNATIVES =
  "Set GOOGLE_APPLICATION_CREDENTIALS to a service account file, run `gcloud auth application-default login`, or set VERTEX_ACCESS_TOKEN.";

/** Never carries the library's error along: it holds the request, and with it the assertion. */
function nameTokenError(error: unknown, { keyFile }: GoogleCredentialSettings): GatewayError {
  if (error instanceof GatewayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = readField(error, "code");
  if (code === "ENOENT" || code === "EACCES")
    return refused(
      `The service account file ${keyFile ?? "of GOOGLE_APPLICATION_CREDENTIALS"} cannot be read (${code}).`,
    );
  if (/default credentials/i.test(message)) return refused(`No Google credentials were found. ${ALTERNATIVES}`);
  if (readField(error, "status") !== undefined || readField(error, "response") !== undefined)
    return refused(`Google refused the credentials: ${oauthProblem(error) ?? message}. ${ALTERNATIVES}`);
  if (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+|CERT_\w+|DEPTH_\w+|SELF_SIGNED\w*)$/.test(code))
    return new GatewayError("api_error", `Google's token service cannot be reached (${code}).`, {
      status: 502,
      failure: "network",
    });
  return refused(`The Google credentials cannot be used: ${message}.`);
}

function refused(message: string): GatewayError {
  return new GatewayError("api_error", message, { status: 503, failure: "auth" });
}

/** "invalid_grant: Invalid JWT Signature." */
function oauthProblem(error: unknown): string | undefined {
  const data = readField(readField(error, "response"), "data");
  const name = readField(data, "error");
  const description = readField(data, "error_description");
  if (typeof name === "string") return typeof description === "string" ? `${name}: ${description}` : name;
  const message = readField(name, "message");
  return typeof message === "string" ? message : undefined;
}

function readField(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[field];
}
