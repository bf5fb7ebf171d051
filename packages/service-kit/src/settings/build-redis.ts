import { existsSync } from "node:fs";
import path from "node:path";
import { parseRedisUrl } from "@switchyard/state/redis-url";
import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { parseText } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { Secret, Settings } from "./settings.ts";

export type RedisSettings = Pick<Settings, "redisUrl" | "redisKeyPrefix" | "redisCaFile">;

/** Where replicas share their state. */
export function buildRedis(context: BuildContext): RedisSettings {
  const { environment, files } = context;
  return {
    ...defined({ redisUrl: urlOf(context), redisCaFile: caFileOf(context) }),
    redisKeyPrefix: environment.read(parseText, "REDIS_KEY_PREFIX") ?? files.settings.redis_key_prefix ?? "switchyard:",
  };
}

function urlOf({ environment, files, problems }: BuildContext): Secret | undefined {
  const own = environment.secret("REDIS_URL");
  const url = own?.reveal() ?? files.settings.redis_url;
  if (url === undefined) return undefined;
  try {
    parseRedisUrl(url);
    return createSecret(url);
  } catch (error) {
    const place = own === undefined ? "redis_url" : (environment.find("REDIS_URL", "REDIS_URL_FILE")?.name ?? "");
    // Its own words never repeat the address, which may hold a password; others might.
    const words = error instanceof TypeError ? error.message : "cannot be read";
    problems.add(
      place,
      `is not the address of a Redis: ${words}`,
      "Correct it, or leave it out for one gateway alone.",
    );
    return undefined;
  }
}

function caFileOf({ environment, files, problems }: BuildContext): string | undefined {
  const variable = environment.find("REDIS_CA_FILE");
  const named = variable?.value.trim() ?? files.settings.redis_ca_file;
  if (named === undefined) return undefined;
  const file = path.resolve(environment.cwd, named);
  if (!existsSync(file)) {
    problems.add(variable?.name ?? "redis_ca_file", `there is no file ${named}`, "Name an existing file.");
  }
  return file;
}
