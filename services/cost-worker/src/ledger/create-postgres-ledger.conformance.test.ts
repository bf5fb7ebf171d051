import { afterAll, beforeAll, describe, it } from "@jest/globals";

import { describeLedger } from "./conformance/index.ts";
import { createPostgresLedger } from "./create-postgres-ledger.ts";
import { startPostgres, type TestPostgres, whyNoPostgres } from "./testing/start-postgres.ts";

const why = whyNoPostgres();

if (why !== undefined) {
  it.skip(`Postgres: what every ledger does (skipped: ${why})`, () => undefined);
} else {
  describe("with a server", () => {
    let server: TestPostgres | undefined;
    let url = "";

    beforeAll(async () => {
      server = await startPostgres();
    }, 180_000);
    afterAll(async () => server?.close());

    describeLedger("Postgres", {
      create: async () => {
        url = (await server?.createDatabase()) ?? "";
        return createPostgresLedger({ url });
      },
      reopen: () => createPostgresLedger({ url }),
      join: () => createPostgresLedger({ url }),
      runs: 15,
    });
  });
}
