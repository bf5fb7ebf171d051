import type { Ledger } from "../ledger.ts";
import type { LedgerHarness } from "./ledger-harness.ts";

/** Opens books for a case, and closes them after it. */
export class LedgerBench {
  readonly harness: LedgerHarness;
  readonly #open: Ledger[] = [];

  constructor(harness: LedgerHarness) {
    this.harness = harness;
  }

  async create(): Promise<Ledger> {
    return this.#keep(await this.harness.create());
  }

  async reopen(): Promise<Ledger> {
    await this.close();
    return this.#keep(await this.harness.reopen());
  }

  async join(): Promise<Ledger> {
    const { join } = this.harness;
    if (join === undefined) throw new Error("this store has one worker at a time");
    return this.#keep(await join());
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((ledger) => ledger.close()));
  }

  #keep(ledger: Ledger): Ledger {
    this.#open.push(ledger);
    return ledger;
  }
}
