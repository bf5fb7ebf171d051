import type { BudgetWindow } from "@switchyard/service-kit/calendar";
import type { LedgerSum } from "@switchyard/wire";

import type { Ledger } from "../ledger/ledger.ts";
import { type LiveSums, type LiveSumsReader, noSums, type WindowSums } from "./live-sums.ts";

/** What a sum can be of, besides the whole mesh. */
const ACCOUNT_KINDS = ["client", "provider", "model", "session"] as const;

export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface AccountSumsDeps {
  ledger: Pick<Ledger, "report">;
  sums: LiveSumsReader;
}

/** In the words of the spend book: "mesh", "client <id>", "provider <name>", "model <name>", "session <id>". */
export interface AccountSums {
  /** ms since the epoch: when they were read. */
  at: number;
  sums: LedgerSum[];
}

/**
 * What every account has spent in the current windows. Of sessions those that have spent anything this hour, the dearest
 * `sessions` of them. Rejects with LedgerUnavailableError.
 */
export async function readAccountSums(
  { ledger, sums }: AccountSumsDeps,
  { sessions }: { sessions: number },
): Promise<AccountSums> {
  const live = await sums.read();
  const [hour] = live.windows;
  const active =
    hour === undefined ? [] : [...(await spentIn(ledger, hour, { kind: "session", limit: sessions })).keys()];
  const [providers, models, some] = await Promise.all([
    readWindows(ledger, live.windows, { kind: "provider" }),
    readWindows(ledger, live.windows, { kind: "model" }),
    readWindows(ledger, live.windows, { kind: "session", names: active }),
  ]);
  return {
    at: live.at,
    sums: [...toBudgetSums(live), ...[...providers, ...models, ...some].flatMap(told(live.windows))],
  };
}

/** Of these accounts alone, in their order; those that there are not have spent nothing. */
export async function readNamedSums(
  { ledger, sums }: AccountSumsDeps,
  accounts: readonly string[],
): Promise<AccountSums> {
  const live = await sums.read();
  const found = new Map<string, WindowSums>([["mesh", live.mesh]]);
  await Promise.all(
    ACCOUNT_KINDS.map(async (kind) => {
      const own = accounts.filter((account) => account.startsWith(`${kind} `));
      const names = own.map((account) => account.slice(kind.length + 1)).filter((name) => name !== "");
      for (const [account, spent] of await readWindows(ledger, live.windows, { kind, names }))
        found.set(account, spent);
    }),
  );
  const asked = accounts.map((account) => [account, found.get(account) ?? noSums()] as const);
  return { at: live.at, sums: asked.flatMap(told(live.windows)) };
}

/** Whether there can be such an account. */
export function isAccount(name: string): boolean {
  return name === "mesh" || ACCOUNT_KINDS.some((kind) => name.startsWith(`${kind} `) && name.length > kind.length + 1);
}

/** Of what has a budget: clients, and the whole mesh. */
function toBudgetSums({ windows, clients, mesh }: LiveSums): LedgerSum[] {
  const accounts = [["mesh", mesh] as const, ...[...clients].map(([id, spent]) => [`client ${id}`, spent] as const)];
  return accounts.flatMap(told(windows));
}

function told(windows: readonly BudgetWindow[]): (of: readonly [string, WindowSums]) => LedgerSum[] {
  return ([account, spent]) =>
    windows.map(({ name, startsAt, endsAt }) => ({
      account,
      allowance: { name, unit: "nanoDollars" as const, startsAt, endsAt },
      used: spent[name],
    }));
}

interface Asked {
  kind: AccountKind;
  /** Only these. */
  names?: readonly string[];
  /** The dearest. */
  limit?: number;
}

async function readWindows(
  ledger: Pick<Ledger, "report">,
  windows: readonly BudgetWindow[],
  asked: Asked,
): Promise<Map<string, WindowSums>> {
  const accounts = new Map<string, WindowSums>();
  if (asked.names?.length === 0) return accounts;
  const spent = await Promise.all(windows.map((window) => spentIn(ledger, window, asked)));
  for (const [index, { name: window }] of windows.entries()) {
    for (const [name, nanoDollars] of spent[index] ?? []) {
      const sums = accounts.get(`${asked.kind} ${name}`) ?? noSums();
      sums[window] = nanoDollars;
      accounts.set(`${asked.kind} ${name}`, sums);
    }
  }
  return accounts;
}

/** What a subscription has paid is nobody's spending. */
async function spentIn(
  ledger: Pick<Ledger, "report">,
  { startsAt }: BudgetWindow,
  { kind, names, limit }: Asked,
): Promise<Map<string, number>> {
  const rows = await ledger.report({
    from: startsAt,
    to: Number.MAX_SAFE_INTEGER,
    by: [kind],
    timeZone: "UTC",
    orderBy: "cost",
    ...(names === undefined ? {} : { where: { [kind]: names } }),
    ...(limit === undefined ? {} : { limit }),
  });
  return new Map(
    rows.flatMap(({ group, cost, subscriptionCost }) => {
      const name = group[kind];
      return name === undefined ? [] : [[name, cost - subscriptionCost] as const];
    }),
  );
}
