import type { ClientPolicies, LedgerSpend } from "@switchyard/wire";

import { toLedgerSums } from "../spend/spend-teller.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { badRequest, parametersOf } from "./read-input.ts";

/** GET /spend: what was spent in the current windows, by account ("client <id>", "mesh"), nano-dollars. */
export function createSpendHandler({ sums }: Pick<WorkerContext, "sums">): Handler {
  return async (_request, response) => {
    const live = await sums.read();
    const answer: LedgerSpend = { at: live.at, sums: toLedgerSums(live) };
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
