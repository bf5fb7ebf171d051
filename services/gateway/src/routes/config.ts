import {
  fixedSettings,
  type ProviderSettings,
  readAnew,
  revisionOf,
  serviceSideOf,
  type Settings,
} from "@switchyard/service-kit";
import type { Request, Response } from "express";

import { z } from "zod";

import type { GatewayContext } from "../gateway-context.ts";
import { COST_WORKER, reloadServices } from "../providers/reload-services.ts";
import { readInput } from "./read-input.ts";

/** Entries as the file has them; whether they are right is for the settings to say. */
const changeSchema = z.strictObject({
  providers: z
    .array(z.looseObject({ name: z.string().regex(/[A-Za-z0-9]/, "Name the provider.") }))
    .min(1)
    .max(100),
});

/** GET /api/config/providers: what is in force. Secrets show as "***", of headers only the names. */
export function createConfigHandler({ settings }: Pick<GatewayContext, "settings">) {
  return function handleConfig(_request: Request, response: Response): void {
    const { revision, providers, gateway } = settings.current();
    response.json({
      revision,
      routing_strategy: gateway.strategy,
      substitution: gateway.substitution,
      providers: providers.map(maskProvider),
    });
  };
}

function maskProvider(provider: ProviderSettings) {
  return { ...provider, customHeaders: Object.keys(provider.customHeaders) };
}

/** POST /api/config/reload: the mesh reads files and environment anew; with any problem in them nothing changes. */
export function createReloadHandler(context: GatewayContext) {
  const { settings, reload, logger } = context;
  return async function handleReload(_request: Request, response: Response): Promise<void> {
    if (reload === undefined) throw fixedSettings();
    const previous = settings.current();
    const next = readAnew(reload);
    const services = await putInForce(context, { previous, next });
    logger.info("settings read anew", { revision: next.revision, previous: previous.revision, ...services });
    response.json({
      status: "success",
      changed: next.revision !== previous.revision,
      revision: next.revision,
      warnings: next.warnings,
      ...services,
    });
  };
}

/** PUT /api/config/providers: writes changes of providers into the file and puts them in force; all of them or none. */
export function createConfigChangeHandler(context: GatewayContext) {
  const { settings, configuration, logger } = context;
  return async function handleChange(request: Request, response: Response): Promise<void> {
    if (configuration === undefined) throw fixedSettings();
    const { providers } = await readInput(request, changeSchema);
    const previous = settings.current();
    const { settings: next, backup } = readAnew(() => configuration.change(providers));
    const services = await putInForce(context, { previous, next });
    const file = configuration.path();
    logger.info("providers changed", { file, providers: providers.map(({ name }) => name), ...services });
    response.json({
      status: "success",
      file,
      ...(backup === undefined ? {} : { backup }),
      revision: next.revision,
      warnings: next.warnings,
      ...services,
    });
  };
}

interface ServicesChanged {
  services_reloaded: readonly string[];
  services_to_restart: readonly string[];
}

/** First where requests go, then where they come from: what a service is asked for it knows by then. */
async function putInForce(
  { settings, http, logger, tellReplicas }: GatewayContext,
  { previous, next }: { previous: Settings; next: Settings },
): Promise<ServicesChanged> {
  const changed = namesToTell(previous, next);
  const { reloaded, toRestart } = await reloadServices({ http, logger }, { previous, next, changed });
  settings.replace(next);
  await tellReplicas();
  return { services_reloaded: reloaded, services_to_restart: toRestart };
}

/** Whose own process must know; what only the gateway looks at is nothing to them. */
function namesToTell(previous: Settings, next: Settings): string[] {
  const providers = next.providers.filter((provider) => isServiceChanged(provider, previous)).map(({ name }) => name);
  const { costs, clients } = next;
  const isWorkerChanged =
    revisionOf({ costs, clients }) !== revisionOf({ costs: previous.costs, clients: previous.clients });
  return isWorkerChanged ? [...providers, COST_WORKER] : providers;
}

function isServiceChanged(provider: ProviderSettings, { providers }: Settings): boolean {
  const before = providers.find(({ name }) => name === provider.name);
  return before === undefined || serviceSideOf(before) !== serviceSideOf(provider);
}
