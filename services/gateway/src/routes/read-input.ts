import { describeIssue, readBody } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request } from "express";
import type { z } from "zod";

const MAX_BYTES = 65_536;

/** @throws GatewayError invalid_request_error that names the field. */
export async function readInput<Input>(request: Request, schema: z.ZodType<Input>, fallback?: Input): Promise<Input> {
  const body = await readBody(request, { limitBytes: MAX_BYTES });
  if (body.length === 0 && fallback !== undefined) return fallback;
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new GatewayError("invalid_request_error", parsed.error.issues.map(describeIssue).join("; "));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new GatewayError("invalid_request_error", "body: Input should be valid JSON");
  }
}
