import type { Entry } from "../files/entry-line.ts";
import type { OutboxLimits, Shipper, UsageRefused } from "../outbox.ts";
import { messageOf } from "../message-of.ts";
import type { ProblemReporter } from "../problem-reporter.ts";
import { backoff } from "./backoff.ts";
import { deliver } from "./deliver.ts";
import type { Source } from "./source.ts";

export interface DrainOptions {
  source: Source;
  shipper: Pick<Shipper, "ship">;
  limits: Pick<OutboxLimits, "batchEntries" | "lingerMs" | "busyLingerMs" | "backoffMs" | "maximumBackoffMs">;
  /** Where nobody wakes it: how often it looks by itself, in ms. */
  lookMs?: number;
  problems: ProblemReporter;
  onRefused: (entry: Entry, refusal: UsageRefused) => Promise<void>;
  /** The ledger has this many more. */
  onShipped(count: number): void;
  /** There will be nothing more. */
  onEnd(): void;
}

/** Brings what waits in one source to the ledger, one batch at a time, until it is closed. */
export interface Drain {
  readonly source: Source;
  /** Something new waits. */
  wake(): void;
  /** Resolves when nothing of it runs any more; a batch on its way is waited for. */
  close(): Promise<void>;
}

export function createDrain(options: DrainOptions): Drain {
  const { source, limits, problems } = options;
  const state = { closed: false };
  let idle: { resume: () => void; timer: NodeJS.Timeout | undefined; deaf: boolean } | undefined;
  let awake = false;

  const rest = (milliseconds: number | undefined, deaf: boolean): Promise<void> =>
    new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(idle?.timer);
        idle = undefined;
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(resume, milliseconds).unref();
      idle = { resume, timer, deaf };
      if (state.closed) resume();
    });

  const wake = (): void => {
    awake = true;
    // A failure is waited out, whatever comes meanwhile.
    if (idle === undefined || idle.deaf) return;
    idle.deaf = true;
    clearTimeout(idle.timer);
    idle.timer = setTimeout(idle.resume, limits.lingerMs).unref();
  };

  const step = async (): Promise<boolean> => {
    awake = false;
    const entries = await source.next();
    if (entries === "end") return false;
    if (entries === undefined) {
      if (awake) await rest(limits.lingerMs, true);
      else await rest(options.lookMs, false);
      return true;
    }
    let left = entries;
    await untilTaken(async () => {
      await deliver(left, {
        shipper: options.shipper,
        onRefused: options.onRefused,
        onDone: async (count) => {
          await source.acknowledge(count);
          left = left.slice(count);
          options.onShipped(count);
        },
      });
    });
    // Under load something new waits at once: it is shipped together with what comes in the next moment.
    if (awake && !state.closed && entries.length < limits.batchEntries) await rest(limits.busyLingerMs, true);
    return true;
  };

  const untilTaken = async (attempt: () => Promise<void>): Promise<void> => {
    for (let failures = 1; !state.closed; failures += 1) {
      try {
        await attempt();
        problems.clear("ledger");
        return;
      } catch (error) {
        if (state.closed) return;
        problems.report("ledger", `the ledger does not take usage: ${messageOf(error)}`, error);
        await rest(backoff(failures, limits.backoffMs, limits.maximumBackoffMs), true);
      }
    }
  };

  const run = async (): Promise<void> => {
    for (let failures = 0; !state.closed;) {
      try {
        if (!(await step())) return options.onEnd();
        if (failures > 0) problems.clear("read");
        failures = 0;
      } catch (error) {
        failures += 1;
        problems.report("read", `the outbox cannot be read: ${messageOf(error)}`, error);
        await rest(backoff(failures, limits.backoffMs, limits.maximumBackoffMs), true);
      }
    }
  };

  const running = run();
  return {
    source,
    wake,
    close: async () => {
      state.closed = true;
      idle?.resume();
      await running;
      await source.close();
    },
  };
}
