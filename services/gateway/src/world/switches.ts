import { STRATEGIES, type Strategy } from "@switchyard/routing";
import type { Settings } from "@switchyard/service-kit";
import type { Snapshot } from "@switchyard/state";

/** The name under which the strategy that was chosen at run time is kept. */
export const STRATEGY_SWITCH = "strategy";

/** The name under which it is kept that a provider is switched off ("off"). */
export function providerSwitch(provider: string): string {
  return `provider:${provider}`;
}

/** The strategy that was chosen at run time, else that of the settings. */
export function strategyInForce({ gateway }: Pick<Settings, "gateway">, { switches }: Snapshot): Strategy {
  return STRATEGIES.find((one) => one === switches[STRATEGY_SWITCH]) ?? gateway.strategy;
}
