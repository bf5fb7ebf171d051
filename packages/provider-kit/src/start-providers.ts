import { createCatalog } from "@switchyard/catalog";
import {
  type AccessSettings,
  type ProviderSettings,
  type RunningService,
  type ServiceContext,
  type Settings,
  StartError,
  createHttpClient,
} from "@switchyard/service-kit";

import { type ProviderService, createProviderService } from "./create-provider-service.ts";
import type { ProviderDependencies } from "./provider-dependencies.ts";
import type { Provider } from "./provider.ts";

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

/**
 * Starts one listener per configured provider that this process serves, each with its port, client,
 * limits and health. All of them or none.
 *
 * @throws StartError when none is configured (unless it may be idle), or a port is taken
 */
export async function startProviders(
  { settings, logger }: ServiceContext,
  options: StartProvidersOptions,
): Promise<RunningService> {
  const served = settings.providers.filter(options.serves);
  if (served.length === 0) {
    if (options.mayBeIdle !== true)
      throw new StartError(`${options.service}: no provider is configured for this service.`);
    logger.info("no provider is configured for this service; there is nothing to do");
    return { urls: [], close: async () => {} };
  }
  const catalog = createCatalog();
  const access = toAccessSettings(settings);
  const running: ProviderService[] = [];
  const close = async () => {
    await Promise.all(running.map((service) => service.close()));
  };
  for (const [index, provider] of served.entries()) {
    const http = createHttpClient({
      connectTimeoutMs: provider.timeouts.connectMs,
      ...(settings.outbound === undefined ? {} : { outbound: settings.outbound }),
    });
    const log = logger.child({ provider: provider.name });
    try {
      // One after the other, so that a port that is taken is told by name.
      const service = await createProviderService({
        provider: options.create(provider, { catalog, http, log, stateDirectory: settings.stateDirectory }),
        settings: provider,
        access: () => access,
        http,
        logger,
        catalog,
        host: settings.gateway.host,
        maxBodyBytes: Math.max(settings.gateway.maxBodyBytes, BODY_LIMIT_BYTES),
        shutdownGraceMs: settings.gateway.shutdownGraceMs,
        healthCheckIntervalMs: settings.healthCheckIntervalMs,
        earlyHeadersMs: settings.gateway.earlyHeadersMs,
        pingIntervalMs: settings.gateway.pingIntervalMs,
        processMetrics: index === 0,
        cleanups: [() => http.close()],
      });
      running.push(service);
    } catch (error) {
      http.close();
      await close();
      throw error;
    }
  }
  return { urls: running.map(({ url }) => url), close };
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
