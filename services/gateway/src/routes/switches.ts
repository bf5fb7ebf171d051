import { STRATEGIES } from "@switchyard/routing";
import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";
import { z } from "zod";

import type { GatewayContext } from "../gateway-context.ts";
import { providerSwitch, STRATEGY_SWITCH, strategyInForce } from "../world/switches.ts";
import { readInput } from "./read-input.ts";
import { unknownProvider } from "./test-connection.ts";

const strategySchema = z.strictObject({ strategy: z.enum(STRATEGIES).nullable() });
const toggleSchema = z.strictObject({ enabled: z.boolean() });

/** POST /admin/routing-strategy {"strategy": "cost"}: for every replica, and over restarts; null: the settings' own. */
export function createStrategyHandler({ state, settings, logger }: GatewayContext) {
  return async function handleStrategy(request: Request, response: Response): Promise<void> {
    const { strategy } = await readInput(request, strategySchema);
    const previous = strategyInForce(settings.current(), state.snapshot());
    await state.writeSwitch(STRATEGY_SWITCH, strategy ?? undefined);
    await state.refresh();
    const now = strategyInForce(settings.current(), state.snapshot());
    logger.info("routing strategy changed", { strategy: now, previous });
    response.json({ status: "success", strategy: now, previous });
  };
}

/** PUT /api/providers/:name/toggle {"enabled": false}; without a body the other way round. */
export function createToggleHandler(context: GatewayContext) {
  const { state, settings, logger } = context;
  return async function handleToggle(request: Request, response: Response): Promise<void> {
    const name = String(request.params["name"]);
    const provider = settings.current().providers.find((known) => known.name === name);
    if (provider === undefined) throw unknownProvider(context, name);
    const isOff = state.snapshot().switches[providerSwitch(name)] === "off";
    const { enabled } = await readInput(request, toggleSchema, { enabled: isOff });
    if (enabled && !provider.enabled) {
      const setting = provider.missing.length > 0 ? `set ${provider.missing.join(", ")}` : "set its `enabled: true`";
      throw new GatewayError("invalid_request_error", `${name} is off by its configuration: ${setting}`);
    }
    await state.writeSwitch(providerSwitch(name), enabled ? undefined : "off");
    await state.refresh();
    logger.info(enabled ? "provider switched on" : "provider switched off", { provider: name });
    response.json({ status: "success", provider: name, enabled });
  };
}
