import type { ClientPolicies, LedgerSpend } from "@switchyard/wire";

import { isAccount, readAccountSums, readNamedSums } from "../spend/account-sums.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { badRequest, parametersOf } from "./read-input.ts";

/** More sessions than these are told to who asks for them by name. */
const MOST_SESSIONS = 200;
const MOST_ACCOUNTS = 500;

/**
 * GET /spend: what was spent in the current windows, nano-dollars, by account ("mesh", "client <id>", "provider <name>",
 * "model <name>", and "session <id>" of those that spend most this hour). `?account=session%20<id>&account=…`: of these.
 */
export function createSpendHandler({ ledger, sums }: Pick<WorkerContext, "ledger" | "sums">): Handler {
  return async (request, response) => {
    const accounts = parametersOf(request).getAll("account");
    const strange = accounts.find((account) => !isAccount(account));
    if (strange !== undefined) {
      throw badRequest([
        `account: ${JSON.stringify(strange)} is none; there are mesh, client …, provider …, model …, session …`,
      ]);
    }
    if (accounts.length > MOST_ACCOUNTS) throw badRequest([`account: No more than ${MOST_ACCOUNTS} at a time`]);
    const answer: LedgerSpend =
      accounts.length === 0
        ? await readAccountSums({ ledger, sums }, { sessions: MOST_SESSIONS })
        : await readNamedSums({ ledger, sums }, accounts);
    response.json(answer);
  };
}

/**
 * GET /clients: the keys that the ledger holds; those of the configuration every gateway knows itself. 304 where the
 * caller has them already, as `If-None-Match` or `?since=<revision>` says.
 */
export function createClientsHandler({ ledger }: Pick<WorkerContext, "ledger">): Handler {
  return async (request, response) => {
    const since = parametersOf(request).get("since");
    if (since !== null && !/^\d+$/.test(since)) throw badRequest(["since: Input should be a revision"]);
    const policies: ClientPolicies = await ledger.listClients();
    const tag = `"${policies.revision}"`;
    response.setHeader("etag", tag);
    response.setHeader("cache-control", "no-store");
    const known = request.headers["if-none-match"]?.split(",").map((one) => one.trim().replace(/^W\//, ""));
    if (known?.includes(tag) === true || Number(since ?? Number.NaN) === policies.revision) {
      response.status(304).end();
      return;
    }
    response.json(policies);
  };
}
