import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";

/** GET /admin/explain/:requestId: what every candidate of a past request scored, and why; for an hour. */
export function createExplainHandler({ state }: Pick<GatewayContext, "state">) {
  return async function handleExplain(request: Request, response: Response): Promise<void> {
    const id = String(request.params["requestId"]);
    const record = await state.readRecord(id);
    if (record === undefined) {
      throw new GatewayError(
        "not_found_error",
        `There is no record of the request ${JSON.stringify(id)}; the last hour's are kept, by the id in "request-id"`,
      );
    }
    response.type("application/json").send(record);
  };
}
