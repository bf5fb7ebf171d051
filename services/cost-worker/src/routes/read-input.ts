import { readBody } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request } from "express";

/** @throws GatewayError 400 when the body is no JSON, 413 when it is too large */
export async function readInput(request: Request, limitBytes: number): Promise<unknown> {
  const body = await readBody(request, { limitBytes });
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch (error) {
    throw new GatewayError("invalid_request_error", "body: Input should be valid JSON", { cause: error });
  }
}

/** Parameters of the query string; express itself is told not to parse it. */
export function parametersOf(request: Request): URLSearchParams {
  const start = request.url.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : request.url.slice(start + 1));
}

/** All problems of a request in one answer: as a text for people, as a list for programs. */
export function badRequest(problems: readonly (string | { problem: string })[], text?: string): GatewayError {
  const message = text ?? problems.map((one) => (typeof one === "string" ? one : one.problem)).join("; ");
  return new GatewayError("invalid_request_error", message, { details: { problems } });
}
