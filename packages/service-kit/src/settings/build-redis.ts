import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { parseText } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** Where replicas share their state. */
export function buildRedis({ environment, files }: BuildContext): Pick<Settings, "redisUrl" | "redisKeyPrefix"> {
  const file = files.settings;
  const redisUrl =
    environment.secret("REDIS_URL") ?? (file.redis_url === undefined ? undefined : createSecret(file.redis_url));
  return {
    ...defined({ redisUrl }),
    redisKeyPrefix: environment.read(parseText, "REDIS_KEY_PREFIX") ?? file.redis_key_prefix ?? "switchyard:",
  };
}
