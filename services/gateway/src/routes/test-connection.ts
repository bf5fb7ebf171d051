import { scopeOf } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { type ProbeOptions, type ProbeResult, probeProvider } from "../providers/probe-provider.ts";

/**
 * GET /test-connection: a real, small call to every provider at once. 200 when all answer that are
 * configured, 207 when some do, 503 when none does; each failure with advice.
 */
export function createTestConnectionHandler(context: GatewayContext) {
  return async function handleTestConnection(request: Request, response: Response): Promise<void> {
    const providers = context.directory.providers();
    const options = toOptions(request, response, "first");
    const probes = await Promise.all(providers.map((provider) => probeProvider(context, provider, options)));
    const tried = probes.filter(({ status }) => status !== "not_configured");
    const good = tried.filter(({ status }) => status === "success");
    const outcome = judge(good.length, tried.length);
    response.status(outcome.code).json({
      status: outcome.status,
      message: outcome.message,
      timestamp: new Date().toISOString(),
      results: Object.fromEntries(providers.map(({ name }, index) => [name, probes[index]])),
    });
  };
}

function judge(good: number, tried: number): { code: number; status: string; message: string } {
  if (tried === 0) return { code: 503, status: "failed", message: "No provider is configured" };
  if (good === 0) return { code: 503, status: "failed", message: "No provider answers" };
  if (good < tried) return { code: 207, status: "partial", message: `${good} of ${tried} providers answer` };
  return { code: 200, status: "success", message: tried === 1 ? "The provider answers" : "All providers answer" };
}

/** POST /api/providers/:name/test: tries the provider's models, small ones first, until one answers. */
export function createProviderTestHandler(context: GatewayContext) {
  return async function handleProviderTest(request: Request, response: Response): Promise<void> {
    const name = String(request.params["name"]);
    const provider = context.directory.providers().find((known) => known.name === name);
    if (provider === undefined) throw unknownProvider(context, name);
    const result = await probeProvider(context, provider, toOptions(request, response, "all"));
    // Whoever repaired an account asks here: an answer ends the rest that waited for a change.
    if (result.status === "success") await context.state.wake(name);
    response.status(statusOf(result)).json({ ...result, provider: name, timestamp: new Date().toISOString() });
  };
}

function statusOf({ status }: ProbeResult): number {
  return status === "success" ? 200 : 503;
}

export function unknownProvider(context: GatewayContext, name: string): GatewayError {
  const names = context.directory.providers().map((known) => known.name);
  return new GatewayError(
    "not_found_error",
    `There is no provider ${JSON.stringify(name)}; the providers are ${names.join(", ")}`,
  );
}

function toOptions(request: Request, response: Response, models: ProbeOptions["models"]): ProbeOptions {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return { requestId: scopeOf(response).requestId, headers: request.headers, signal: controller.signal, models };
}
