import { describe, expect, it } from "@jest/globals";
import { loadSettings } from "@switchyard/service-kit";
import { ledgerRow } from "./ledger-row.ts";

const rowOf = (env: Record<string, string> = {}) => ledgerRow(loadSettings({ cwd: "/nowhere", env }));

describe("the cost worker's line in the box", () => {
  it("tells its address and the ledger's file", () => {
    expect(rowOf()).toEqual({
      name: "cost-worker",
      address: "http://127.0.0.1:8090",
      on: true,
      note: "ledger: /nowhere/.switchyard/ledger.sqlite",
    });
  });

  it.each([
    ["postgres://ann:hunter2@db:5433/team%20costs", "ledger: Postgres at db:5433, database team costs"],
    ["postgres:///costs?host=/run/postgresql&password=hunter2", "ledger: Postgres, database costs"],
  ])("tells the host and the database of %s, and no password", (url, note) => {
    expect(rowOf({ DATABASE_URL: url }).note).toBe(note);
  });

  it("says of a worker that has not answered that it is not there, and does not call it on", () => {
    const settings = loadSettings({ cwd: "/nowhere", env: {} });
    expect(ledgerRow(settings, true)).toMatchObject({ on: false, note: "does not answer; its log above says why" });
  });

  it("says that somebody else runs it", () => {
    expect(rowOf({ COST_WORKER_URL: "http://costs:8090" })).toMatchObject({
      address: "http://costs:8090",
      note: "elsewhere",
    });
  });
});
