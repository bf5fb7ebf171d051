import { type ProviderSettings, revisionOf, type Settings, SettingsError } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";

import { z } from "zod";

import type { GatewayContext } from "../gateway-context.ts";
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

/** POST /api/config/reload: reads files and environment anew; with any problem in them nothing changes. */
export function createReloadHandler({ settings, reload, logger }: GatewayContext) {
  return function handleReload(_request: Request, response: Response): void {
    if (reload === undefined) throw fixedSettings();
    const previous = settings.current();
    const next = orRefuse(reload);
    settings.replace(next);
    const restart = namesToRestart(previous, next);
    logger.info("settings read anew", { revision: next.revision, previous: previous.revision, restart });
    response.json({
      status: "success",
      changed: next.revision !== previous.revision,
      revision: next.revision,
      warnings: next.warnings,
      // A provider service reads its settings when it starts.
      services_to_restart: restart,
    });
  };
}

/** PUT /api/config/providers: writes changes of providers into the file and puts them in force; all of them or none. */
export function createConfigChangeHandler({ settings, configuration, logger }: GatewayContext) {
  return async function handleChange(request: Request, response: Response): Promise<void> {
    if (configuration === undefined) throw fixedSettings();
    const { providers } = await readInput(request, changeSchema);
    const previous = settings.current();
    const { settings: next, backup } = orRefuse(() => configuration.change(providers));
    settings.replace(next);
    const restart = namesToRestart(previous, next);
    const file = configuration.path();
    logger.info("providers changed", { file, providers: providers.map(({ name }) => name), restart });
    response.json({
      status: "success",
      file,
      ...(backup === undefined ? {} : { backup }),
      revision: next.revision,
      warnings: next.warnings,
      services_to_restart: restart,
    });
  };
}

function fixedSettings(): GatewayError {
  return new GatewayError("api_error", "This gateway was started with fixed settings", { status: 501 });
}

function orRefuse<Result>(change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.map(({ path, problem, remedy }) => `${path}: ${problem}. ${remedy}`);
    throw new GatewayError("invalid_request_error", `The settings stay as they are. ${problems.join(" ")}`);
  }
}

/** What only the gateway looks at changes nothing for the provider's own service. */
function namesToRestart(previous: Settings, next: Settings): string[] {
  return next.providers.filter((provider) => isServiceChanged(provider, previous)).map(({ name }) => name);
}

function isServiceChanged(provider: ProviderSettings, { providers }: Settings): boolean {
  const before = providers.find(({ name }) => name === provider.name);
  return before === undefined || serviceSide(before) !== serviceSide(provider);
}

function serviceSide({ priority: _priority, weight: _weight, limits: _limits, ...rest }: ProviderSettings): string {
  return revisionOf(rest);
}
