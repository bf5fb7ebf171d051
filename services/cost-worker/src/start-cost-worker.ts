import { readAnew, type RunningService, type ServiceContext, type Settings } from "@switchyard/service-kit";

import { type CostWorker, type CostWorkerDeps, createCostWorker } from "./create-cost-worker.ts";

const NAME = "cost-worker";

/**
 * A worker that follows its settings: `POST /api/config/reload` closes it and opens it anew in the same process.
 * What comes meanwhile waits where it comes from, as while a worker is away.
 *
 * @throws StartError when the ledger cannot be opened or the port is taken
 */
export async function startCostWorker(
  { settings, logger, reload }: Pick<ServiceContext, "settings" | "logger" | "reload">,
  deps: Omit<CostWorkerDeps, "settings" | "logger" | "reload"> = {},
): Promise<RunningService> {
  let current = settings;
  let changing: Promise<void> = Promise.resolve();
  const open = (now: Settings): Promise<CostWorker> =>
    createCostWorker({ ...deps, settings: now, logger, reload: readSettings });
  let worker = await open(settings);

  /** Answers before it changes over: whoever asks is one of those whose end it waits for. */
  function readSettings(): object {
    const next = readAnew(reload);
    if (next.revision === current.revision) return { revision: next.revision, changed: [] };
    const previous = current;
    current = next;
    changing = changing.then(() => changeOver(previous, next));
    return { revision: next.revision, changed: [NAME] };
  }

  async function changeOver(previous: Settings, next: Settings): Promise<void> {
    await worker.close();
    try {
      worker = await open(next);
      logger.info("settings read anew", { revision: next.revision });
    } catch (error) {
      logger.error("cannot work by the new settings, so the old ones stay", { error });
      current = previous;
      worker = await open(previous);
    }
  }

  return {
    get urls() {
      return [worker.url];
    },
    close: async () => {
      await changing;
      await worker.close();
    },
  };
}
