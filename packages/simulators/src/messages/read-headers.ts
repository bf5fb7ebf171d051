import type { ApiVersion } from "@switchyard/wire";
import { API_VERSIONS } from "@switchyard/wire";
import type { Exchange } from "../engine/dialect.ts";

/** Values of `anthropic-beta`, which is a list. */
export function readBetas(exchange: Exchange): ReadonlySet<string> {
  const values = (exchange.headers["anthropic-beta"] ?? "").split(",").map((value) => value.trim());
  return new Set(values.filter((value) => value !== ""));
}

export function readVersion(exchange: Exchange): ApiVersion | undefined {
  return API_VERSIONS.find((version) => version === exchange.headers["anthropic-version"]);
}

export function wordUnexpectedBetas(betas: readonly string[]): string {
  const list = betas.map((beta) => `\`${beta}\``).join(", ");
  return (
    `Unexpected value(s) ${list} for the \`anthropic-beta\` header. ` +
    "Please consult our documentation at platform.claude.com/docs or try again without the header."
  );
}
