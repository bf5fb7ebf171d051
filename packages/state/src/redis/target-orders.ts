import type { State } from "../state.ts";
import type { FleetLink } from "./fleet-link.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { LocalShare } from "./local-share.ts";
import type { ScriptRunner } from "./script-runner.ts";

export interface TargetOrderOptions {
  link: FleetLink;
  local: LocalShare;
  runner: ScriptRunner;
  keys: KeyBuilder;
  now: () => number;
}

const MOST_REJECTIONS = 64;

/** What operators, checks and refusals say of targets. Said while alone, it is told to the others later. */
export function createTargetOrders({
  link,
  local,
  runner,
  keys,
}: TargetOrderOptions): Pick<State, "setBreaker" | "wake" | "learn" | "forget"> {
  const order = async (tell: () => Promise<unknown>, byItself: () => void): Promise<void> => {
    if (link.shared) {
      try {
        await tell();
        await link.look().catch(() => {});
        return;
      } catch (error) {
        link.leave(error);
      }
    }
    byItself();
    link.later(tell);
  };
  return {
    setBreaker: (target, state) =>
      order(
        () => runner.run("set-breaker", keys.shared, [target, state]),
        () => local.setBreaker(target, state),
      ),
    wake: (provider) =>
      order(
        () => runner.run("wake", keys.shared, [provider ?? ""]),
        () => local.wake(provider),
      ),
    learn: (target, { kind, name }, expiresAt) =>
      order(
        () => runner.run("learn", keys.shared, [target, kind, name, String(expiresAt), String(MOST_REJECTIONS)]),
        () => local.learn(target, { kind, name }, expiresAt),
      ),
    forget: (target) =>
      order(
        () => runner.ask((client) => client.hdel(keys.rejections, target)),
        () => local.forget(target),
      ),
  };
}
