import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export const SCRIPT_NAMES = [
  "take",
  "commit",
  "settle",
  "renew",
  "snapshot",
  "seed",
  "set-breaker",
  "learn",
  "wake",
  "keep-record",
  "write-session",
  "spend-reserve",
  "spend-settle",
  "spend-read",
  "spend-seed",
] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];

export interface Script {
  readonly name: ScriptName;
  readonly source: string;
  /** SHA-1 of the source, by which a Redis that has seen it runs it. */
  readonly digest: string;
}

export type Scripts = Readonly<Record<ScriptName, Script>>;

/** Shared pieces of Lua that go before a script: each file of `scripts/shared` that it names in `-- use: a, b`. */
const USE_PATTERN = /^-- use: (.+)$/m;

/** Reads the scripts from the disk, once per state. Throws an Error where one is missing. */
export function loadScripts(): Scripts {
  const entries = SCRIPT_NAMES.map((name): [ScriptName, Script] => {
    const body = read(`${name}.lua`);
    const parts = USE_PATTERN.exec(body)?.[1]?.split(",") ?? [];
    const source = [...parts.map((part) => read(`shared/${part.trim()}.lua`)), body].join("\n");
    return [name, { name, source, digest: createHash("sha1").update(source).digest("hex") }];
  });
  return Object.fromEntries(entries) as Scripts;
}

function read(name: string): string {
  return readFileSync(new URL(`./scripts/${name}`, import.meta.url), "utf8");
}
