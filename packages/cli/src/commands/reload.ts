import { loadSettings } from "@switchyard/service-kit";
import { z } from "zod";
import { gatewayUrl } from "../launcher/gateway-url.ts";
import { EXIT } from "../tell-failure.ts";

export interface ReloadProcess {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  write: (text: string) => void;
  writeError: (text: string) => void;
}

const answerSchema = z.object({
  changed: z.boolean(),
  services_reloaded: z.array(z.string()),
  services_to_restart: z.array(z.string()),
  warnings: z.array(z.object({ path: z.string(), problem: z.string(), remedy: z.string() })).default([]),
});

const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

/** Services look around at their upstreams before they change over. */
const TIMEOUT_MS = 30_000;

/**
 * Has the running mesh read its settings anew and says who works by them. Resolves with the exit code.
 *
 * @throws SettingsError when there is a problem in them; nobody is asked then
 */
export async function runReload({ cwd, env, write, writeError }: ReloadProcess): Promise<number> {
  const settings = loadSettings({ cwd, env });
  const url = gatewayUrl(settings);
  const token = (settings.gateway.adminToken ?? settings.gateway.clientKeys[0])?.reveal();
  let answer: Response;
  try {
    answer = await fetch(`${url}/api/config/reload`, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: token === undefined ? {} : { "x-switchyard-key": token },
    });
  } catch {
    writeError(`No gateway answers at ${url}. Start the mesh with npm start: it reads the settings then.\n`);
    return EXIT.unavailable;
  }
  const json: unknown = await answer.json().catch(() => undefined);
  const told = answerSchema.safeParse(json);
  if (!told.success) {
    const refusal = refusalSchema.safeParse(json);
    const why = refusal.success ? refusal.data.error.message : `it answered ${answer.status}`;
    writeError(`The gateway at ${url} keeps its settings: ${why}\n`);
    return EXIT.unavailable;
  }
  write(describeReload(told.data));
  return 0;
}

function describeReload(answer: z.infer<typeof answerSchema>): string {
  const { changed, services_reloaded: reloaded, services_to_restart: toRestart, warnings } = answer;
  const names = [...(changed ? ["gateway"] : []), ...reloaded];
  const lines = [names.length === 0 ? "Nothing has changed." : `In force at ${names.join(", ")}.`];
  if (toRestart.length > 0) lines.push(`To be started again for it: ${toRestart.join(", ")}; the log says why.`);
  for (const { path, problem, remedy } of warnings) lines.push(`${path}: ${problem}. ${remedy}`);
  return `${lines.join("\n")}\n`;
}
