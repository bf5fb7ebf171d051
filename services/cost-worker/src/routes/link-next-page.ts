import type { Request, Response } from "express";

import { parametersOf } from "./read-input.ts";

/** Clients refuse heads above 16 KB, Node's own among them. */
const LONGEST = 8192;

export interface NextPage {
  offset: number;
  /** ms since the epoch: what "24h" came to. */
  from: number;
  to: number;
}

/**
 * Names the next page, `Link: </api/costs?…>; rel="next"` (https://www.rfc-editor.org/rfc/rfc8288). It asks for the
 * same, over the same moments: a page that counted back from a later now would repeat some groups and lose others.
 * A question too long for a header gets none.
 */
export function linkNextPage(request: Request, response: Response, { offset, from, to }: NextPage): void {
  const parameters = parametersOf(request);
  parameters.set("since", new Date(from).toISOString());
  parameters.set("until", new Date(to).toISOString());
  parameters.set("offset", String(offset));
  const link = `<${request.path}?${parameters.toString()}>; rel="next"`;
  if (link.length <= LONGEST) response.setHeader("link", link);
}
