import { type Catalog, createCatalog } from "@switchyard/catalog";
import {
  type AccessSettings,
  type ProviderSettings,
  readAnew,
  revisionOf,
  type RunningService,
  type ServiceContext,
  serviceSideOf,
  type Settings,
  StartError,
  createHttpClient,
} from "@switchyard/service-kit";

import { type ProviderService, createProviderService } from "./create-provider-service.ts";
import type { ProviderDependencies } from "./provider-dependencies.ts";
import type { Provider } from "./provider.ts";
import type { ServedOptions } from "./shell/create-served-provider.ts";

export interface StartProvidersOptions {
  /** Name of the process, in logs and errors. */
  service: string;
  /** Which of the configured providers this process serves. */
  serves: (settings: ProviderSettings) => boolean;
  create: (settings: ProviderSettings, dependencies: ProviderDependencies) => Provider;
  /** Nothing to serve is no failure: the process ends by itself. */
  mayBeIdle?: boolean;
}

/** Room that the gateway's own body limit leaves for what it adds. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** Says what a reload has changed, by provider's names. */
export interface ReloadReport {
  revision: string;
  /** Served by the new settings, or no more. */
  changed: readonly string[];
  /** Still served by the old ones: what is new cannot listen. */
  failed: readonly { name: string; reason: string }[];
}

/**
 * Starts one listener per configured provider that this process serves, each with its port, client,
 * limits and health. All of them or none. `POST /api/config/reload` at any of them puts new settings in force
 * at all.
 *
 * @throws StartError when none is configured (unless it may be idle), or a port is taken
 */
export async function startProviders(context: ServiceContext, options: StartProvidersOptions): Promise<RunningService> {
  const host = new ProviderHost(context, options);
  await host.start();
  return {
    get urls() {
      return host.urls;
    },
    close: () => host.close(),
  };
}

interface Running {
  service: ProviderService;
  /** Where it listens, by the settings. */
  place: string;
  /** What it was made of. */
  revision: string;
}

/** The listeners of one process, kept in step with its settings. */
class ProviderHost {
  readonly #context: ServiceContext;
  readonly #options: StartProvidersOptions;
  readonly #catalog: Catalog = createCatalog();
  readonly #running = new Map<string, Running>();
  #settings: Settings;
  #access: AccessSettings;
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(context: ServiceContext, options: StartProvidersOptions) {
    this.#context = context;
    this.#options = options;
    this.#settings = context.settings;
    this.#access = toAccessSettings(context.settings);
  }

  get urls(): readonly string[] {
    return [...this.#running.values()].map(({ service }) => service.url);
  }

  async start(): Promise<void> {
    const { logger } = this.#context;
    const served = this.#settings.providers.filter(this.#options.serves);
    if (served.length === 0) {
      if (this.#options.mayBeIdle !== true)
        throw new StartError(`${this.#options.service}: no provider is configured for this service.`);
      logger.info("no provider is configured for this service; there is nothing to do");
    }
    try {
      // One after the other, so that a port that is taken is told by name.
      for (const provider of served) await this.#open(provider, this.#settings);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#reloading.catch(() => {});
    await Promise.all([...this.#running.values()].map(({ service }) => service.close()));
  }

  /** One at a time: the later one finds what the earlier one has done. */
  #reload(): Promise<ReloadReport> {
    const next = this.#reloading.catch(() => {}).then(() => this.#replace(readAnew(this.#context.reload)));
    this.#reloading = next;
    return next;
  }

  async #replace(next: Settings): Promise<ReloadReport> {
    const served = next.providers.filter(this.#options.serves);
    this.#settings = next;
    this.#access = toAccessSettings(next);
    const gone = [...this.#running.keys()].filter((name) => !served.some((provider) => provider.name === name));
    const changed: string[] = [...gone];
    const failed: { name: string; reason: string }[] = [];
    for (const name of gone) this.#drop(name);
    const bringUpToDate = async (provider: ProviderSettings): Promise<void> => {
      try {
        if (await this.#bringUpToDate(provider, next)) changed.push(provider.name);
      } catch (error) {
        if (!(error instanceof StartError)) throw error;
        failed.push({ name: provider.name, reason: error.message });
      }
    };
    await Promise.all(served.map(bringUpToDate));
    this.#context.logger.info("settings read anew", { revision: next.revision, changed, failed });
    return { revision: next.revision, changed, failed };
  }

  /** False: there was nothing to do. */
  async #bringUpToDate(provider: ProviderSettings, settings: Settings): Promise<boolean> {
    const running = this.#running.get(provider.name);
    const revision = revisionFor(provider, settings);
    if (running?.revision === revision) return false;
    if (running?.place === placeOf(provider, settings)) {
      await running.service.replace(this.#serve(provider, settings));
      running.revision = revision;
      return true;
    }
    this.#running.delete(provider.name);
    try {
      await this.#open(provider, settings);
    } catch (error) {
      if (running !== undefined) this.#running.set(provider.name, running);
      throw error;
    }
    if (running !== undefined) this.#end(running);
    return true;
  }

  async #open(provider: ProviderSettings, settings: Settings): Promise<void> {
    const { logger } = this.#context;
    const served = this.#serve(provider, settings);
    try {
      const service = await createProviderService({
        ...served,
        access: () => this.#access,
        logger,
        host: settings.gateway.host,
        shutdownGraceMs: settings.gateway.shutdownGraceMs,
        processMetrics: this.#running.size === 0,
        reload: () => this.#reload(),
      });
      const place = placeOf(provider, settings);
      this.#running.set(provider.name, { service, place, revision: revisionFor(provider, settings) });
    } catch (error) {
      await served.provider.close();
      served.http.close();
      throw error;
    }
  }

  #serve(provider: ProviderSettings, settings: Settings): ServedOptions {
    const catalog = this.#catalog;
    const http = createHttpClient({
      connectTimeoutMs: provider.timeouts.connectMs,
      ...(settings.outbound === undefined ? {} : { outbound: settings.outbound }),
    });
    const log = this.#context.logger.child({ provider: provider.name });
    const { stateDirectory, gateway } = settings;
    return {
      provider: this.#options.create(provider, { catalog, http, log, stateDirectory }),
      settings: provider,
      http,
      catalog,
      maxBodyBytes: Math.max(gateway.maxBodyBytes, BODY_LIMIT_BYTES),
      healthCheckIntervalMs: settings.healthCheckIntervalMs,
      earlyHeadersMs: gateway.earlyHeadersMs,
      pingIntervalMs: gateway.pingIntervalMs,
      cleanups: [() => http.close()],
    };
  }

  #drop(name: string): void {
    const running = this.#running.get(name);
    this.#running.delete(name);
    if (running !== undefined) this.#end(running);
  }

  /** Not waited for: whoever asked for the reload may be among those that it still serves. */
  #end({ service }: Running): void {
    service.close().catch((error: unknown) => {
      this.#context.logger.error("what was replaced did not end well", { error });
    });
  }
}

function placeOf({ port }: ProviderSettings, { gateway }: Settings): string {
  return `${gateway.host}:${port}`;
}

/** Changes with everything that a provider's service is made of. */
function revisionFor(provider: ProviderSettings, settings: Settings): string {
  const { outbound, stateDirectory, healthCheckIntervalMs } = settings;
  const { maxBodyBytes, earlyHeadersMs, pingIntervalMs } = settings.gateway;
  const around = { outbound, stateDirectory, healthCheckIntervalMs, maxBodyBytes, earlyHeadersMs, pingIntervalMs };
  return revisionOf({ provider: serviceSideOf(provider), place: placeOf(provider, settings), around });
}

/** Who may call a service: clients by key, the gateway by the inner token. */
export function toAccessSettings({ gateway, innerToken }: Settings): AccessSettings {
  return {
    clientKeys: gateway.clientKeys,
    allowedHosts: gateway.allowedHosts,
    allowedOrigins: gateway.allowedOrigins,
    ...(gateway.adminToken === undefined ? {} : { adminToken: gateway.adminToken }),
    ...(innerToken === undefined ? {} : { innerToken }),
  };
}
