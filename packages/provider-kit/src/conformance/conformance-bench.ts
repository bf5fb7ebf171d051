import { createCatalog } from "@switchyard/catalog";
import { type HttpClient, type ProviderSettings, createHttpClient, createSilentLogger } from "@switchyard/service-kit";
import type { RecordedRequest, Scenario, Simulator } from "@switchyard/simulators";
import { HEADERS } from "@switchyard/wire";

import { type ProviderService, createProviderService } from "../create-provider-service.ts";
import { createProviderSettings, createSecret } from "../testing/index.ts";
import type { ConformanceSetup } from "./conformance-setup.ts";

const INNER_TOKEN = "inner-token";

export interface ServiceChanges {
  settings?: Partial<ProviderSettings>;
  earlyHeadersMs?: number;
}

export interface Call {
  body?: object | string;
  /** As the gateway calls: with the inner token and its choice of model. */
  inner?: boolean;
  headers?: Record<string, string>;
  path?: string;
  signal?: AbortSignal;
}

/** One provider service before its simulator, as a case finds it. */
export class ConformanceBench {
  readonly setup: ConformanceSetup;
  readonly #cleanups: (() => Promise<unknown>)[] = [];
  #simulator: Simulator | undefined;
  #service: ProviderService | undefined;

  constructor(setup: ConformanceSetup) {
    this.setup = setup;
  }

  get simulator(): Simulator {
    if (this.#simulator === undefined) throw new Error("The simulator has not been started.");
    return this.#simulator;
  }

  get service(): ProviderService {
    if (this.#service === undefined) throw new Error("The service has not been started.");
    return this.#service;
  }

  async open(): Promise<void> {
    this.#simulator = await this.setup.startSimulator();
    this.#service = await this.start();
    await this.#service.health.check();
  }

  /** A further service, closed with the bench. */
  async start({ settings = {}, earlyHeadersMs }: ServiceChanges = {}): Promise<ProviderService> {
    const { setup } = this;
    const complete = createProviderSettings({ ...setup.settings(this.simulator), ...settings });
    const http: HttpClient = createHttpClient({ connectTimeoutMs: complete.timeouts.connectMs });
    const catalog = createCatalog();
    const logger = createSilentLogger();
    const service = await createProviderService({
      provider: setup.createProvider(complete, { catalog, http, log: logger, stateDirectory: "" }),
      settings: complete,
      access: () => ACCESS,
      http,
      logger,
      catalog,
      port: 0,
      healthCheckIntervalMs: 0,
      shutdownGraceMs: 100,
      ...(earlyHeadersMs === undefined ? {} : { earlyHeadersMs, pingIntervalMs: earlyHeadersMs }),
      cleanups: [() => http.close()],
    });
    this.#cleanups.push(() => service.close());
    return service;
  }

  reset(...scenarios: Scenario[]): void {
    this.simulator.reset();
    this.simulator.script(...scenarios);
  }

  async close(): Promise<void> {
    await Promise.all(this.#cleanups.splice(0).map((cleanup) => cleanup()));
    await this.#simulator?.close();
  }

  /** A request body for the model of the setup. */
  body(changes: object = {}): Record<string, unknown> {
    return {
      model: this.setup.model,
      max_tokens: 1024,
      stream: true,
      messages: [{ role: "user", content: "Hello" }],
      ...changes,
    };
  }

  post(call: Call = {}, service: ProviderService = this.service): Promise<Response> {
    const { body = this.body(), inner = false, headers = {}, path = "/v1/messages", signal } = call;
    return fetch(`${service.url}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "anthropic-version": "2023-06-01",
        "x-api-key": "the-clients-own-key",
        ...(inner ? { [HEADERS.innerToken]: INNER_TOKEN, [HEADERS.model]: this.setup.model } : {}),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  get(path: string, service: ProviderService = this.service): Promise<Response> {
    return fetch(`${service.url}${path}`);
  }

  /** Requests for an answer that reached the upstream; listings, checks and tokens apart. */
  generations(): RecordedRequest[] {
    return this.simulator.requests.filter(isGeneration);
  }
}

/** Requests of the suite come from this machine: no client key is needed. */
const ACCESS = {
  clientKeys: [],
  innerToken: createSecret(INNER_TOKEN),
  allowedHosts: [],
  allowedOrigins: [],
};

export function isGeneration({ method, path }: RecordedRequest): boolean {
  return (
    method === "POST" &&
    /messages|chat\/completions|responses|rawPredict|streamRawPredict/i.test(path) &&
    !/count/.test(path)
  );
}
