import { afterAll } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeLedger } from "./conformance/index.ts";
import { createSqliteLedger } from "./create-sqlite-ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "switchyard-ledger-"));
let number = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeLedger("SQLite", {
  create: () => {
    number += 1;
    return createSqliteLedger({ file: join(folder, `${number}.sqlite`) });
  },
  reopen: () => createSqliteLedger({ file: join(folder, `${number}.sqlite`) }),
  runs: 100,
});
