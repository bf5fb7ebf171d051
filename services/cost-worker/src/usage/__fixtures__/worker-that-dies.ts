import { createLogger, createSecret } from "@switchyard/service-kit";

import { createCostWorker } from "../../create-cost-worker.ts";
import { createSqliteLedger } from "../../ledger/index.ts";
import { workerSettings } from "../../testing/worker-settings.ts";

/** Dies by SIGKILL when its ledger has the first batch, before anybody is told. Arguments: Redis, ledger file. */
const [redisUrl = "", databaseFile = ""] = process.argv.slice(2);
const ledger = await createSqliteLedger({ file: databaseFile });
const settings = workerSettings({ costs: { databaseFile }, settings: { redisUrl: createSecret(redisUrl) } });
await createCostWorker({
  settings,
  logger: createLogger(settings.log, { service: "cost-worker" }),
  listen: { host: "127.0.0.1", port: 0 },
  times: { queueLockMs: 1000 },
  ledger: {
    ...ledger,
    write: async (events) => {
      const written = await ledger.write(events);
      process.kill(process.pid, "SIGKILL");
      return written;
    },
  },
});
