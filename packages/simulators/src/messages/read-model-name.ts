import type { Exchange } from "../engine/dialect.ts";

/** `model` of the body, or "" where there is none. */
export function readModelName(exchange: Exchange): string {
  const model = (exchange.json as { model?: unknown } | null | undefined)?.model;
  return typeof model === "string" ? model : "";
}
