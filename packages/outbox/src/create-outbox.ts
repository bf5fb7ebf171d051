import { createAdopter } from "./files/adopter.ts";
import type { Entry } from "./files/entry-line.ts";
import { createEntryStore, type StoredSet } from "./files/entry-store.ts";
import { setAside } from "./files/set-aside.ts";
import { checkInstance } from "./files/set-names.ts";
import { SetSource } from "./files/set-source.ts";
import {
  DEFAULT_OUTBOX_LIMITS,
  type Outbox,
  type OutboxLimits,
  type OutboxOptions,
  type UsageRefused,
} from "./outbox.ts";
import { createProblemReporter } from "./problem-reporter.ts";
import { createDrain, type Drain } from "./shipping/drain.ts";
import type { Source } from "./shipping/source.ts";
import { waitForDrains } from "./shipping/wait-for-drains.ts";

/**
 * Opens the outbox of one instance. Its files of earlier runs are picked up, whatever became of their owners. Throws a
 * TypeError for an instance that is no file name; a disk that refuses is told by `onProblem` and waited for.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  checkInstance(options.instance);
  const limits: OutboxLimits = { ...DEFAULT_OUTBOX_LIMITS, ...options.limits };
  const now = options.now ?? Date.now;
  const problems = createProblemReporter(options.onProblem);
  const drains = new Set<Drain>();
  const closing: Promise<unknown>[] = [];
  const counts = { shipped: 0, adopted: 0, rejected: 0 };
  let own: { source: SetSource; drain: Drain } | undefined;
  let closed: Promise<void> | undefined;

  const refuse = async (entry: Entry, refusal: UsageRefused): Promise<void> => {
    counts.rejected += 1;
    const which = `the entry of attempt ${attemptOf(entry)}`;
    try {
      await setAside(options.directory, entry, refusal.message);
      options.onProblem(`the ledger refuses ${which} (now in rejected.jsonl): ${refusal.message}`);
    } catch (error) {
      options.onProblem(`the ledger refuses ${which}, and it could not be set aside: ${refusal.message}`, error);
    }
  };

  const startDrain = (source: Source, lookMs?: number): Drain => {
    const drain = createDrain({
      source,
      shipper: options.shipper,
      limits,
      ...(lookMs === undefined ? {} : { lookMs }),
      problems,
      onRefused: refuse,
      onShipped: (count) => {
        counts.shipped += count;
      },
      onEnd: () => drains.delete(drain),
    });
    drains.add(drain);
    return drain;
  };

  const startOwn = (stored: StoredSet): void => {
    const live = {
      segment: () => stored.writer.segment,
      written: () => stored.written,
      oldestAt: () => stored.oldestAt,
    };
    const source = new SetSource({ set: stored.set, limits, live, onProblem: options.onProblem });
    own = { source, drain: startDrain(source) };
  };

  const stopOwn = (): void => {
    if (own === undefined) return;
    drains.delete(own.drain);
    closing.push(own.drain.close());
    own = undefined;
  };

  const onCounted = (entries: number): void => {
    counts.adopted += entries;
  };
  const startAdopted = (set: string, left: boolean): void => {
    const settledAt = left ? 0 : Date.now() + limits.settleMs;
    const source = new SetSource({ set, limits, settledAt, onCounted, onProblem: options.onProblem });
    startDrain(source, Math.min(1000, limits.settleMs));
  };

  const store = createEntryStore({
    directory: options.directory,
    instance: options.instance,
    limits,
    problems,
    onSet: startOwn,
    onSetLost: stopOwn,
    onMoved: () => {
      own?.drain.wake();
      heldDrain.wake();
    },
  });
  const heldDrain = startDrain(store.held);
  const adopter = createAdopter({
    directory: options.directory,
    instance: options.instance,
    limits,
    own: () => store.own,
    onAdopted: startAdopted,
    onProblem: (problem, cause) => problems.report("adopt", problem, cause),
  });

  const close = async (): Promise<void> => {
    await adopter.close();
    const stopped = [...drains].map((drain) => drain.close());
    await options.shipper.close();
    await Promise.all([...stopped, ...closing]);
    store.close();
    const left = [...drains].some(({ source }) => source.progress().waiting > 0 || !source.progress().counted);
    if (!left) await own?.source.remove();
  };

  return {
    append(event) {
      try {
        const onDisk = store.append({ at: now(), event });
        (onDisk ? own?.drain : heldDrain)?.wake();
      } catch (error) {
        options.onProblem("an entry of usage could not be kept", error);
      }
    },
    status() {
      const progress = [...drains].map(({ source }) => source.progress());
      const oldestAt = Math.min(...progress.map((each) => each.oldestAt ?? Infinity));
      const problem = problems.current();
      return {
        waiting: progress.reduce((sum, { waiting }) => sum + waiting, 0),
        ...(oldestAt === Infinity ? {} : { oldestAt }),
        ...counts,
        lost: store.lost,
        ...(problem === undefined ? {} : { problem }),
      };
    },
    drained: (timeoutMs) => waitForDrains({ drains, ready: adopter.ready, moves: () => store.moves, timeoutMs }),
    close: () => (closed ??= close()),
  };
}

function attemptOf({ event }: Entry): string {
  const { attempt } = event as { attempt?: { attemptId?: unknown } };
  return typeof attempt?.attemptId === "string" ? attempt.attemptId : "without a name";
}
