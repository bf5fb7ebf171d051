import type { HttpClient, Logger, ProviderSettings, Settings } from "@switchyard/service-kit";
import { HEADERS } from "@switchyard/wire";
import { z } from "zod";

/** How it went, by names of providers; "cost-worker" stands beside them. */
export interface ServicesReloaded {
  /** They work by new settings now. */
  reloaded: readonly string[];
  /** They could not be told, or cannot follow while they run. */
  toRestart: readonly string[];
}

export interface ReloadDeps {
  http: HttpClient;
  logger: Logger;
}

/** What the worker is called among the names of providers. */
export const COST_WORKER = "cost-worker";

/** A service looks around at its upstream before it changes over. */
const ANSWER_MS = 10_000;

const reportSchema = z.object({
  changed: z.array(z.string()),
  failed: z.array(z.object({ name: z.string(), reason: z.string() })).default([]),
});

type Report = z.infer<typeof reportSchema>;

/**
 * Has all services of the mesh read their settings anew, each where it listened so far. Never throws.
 *
 * @param changed names of those that must know
 */
export async function reloadServices(
  deps: ReloadDeps,
  { previous, next, changed }: { previous: Settings; next: Settings; changed: readonly string[] },
): Promise<ServicesReloaded> {
  const tell = (name: string, url: string): Promise<Told> => tellService(deps, { name, url, settings: previous });
  const known = previous.providers.filter(isOn);
  const told = await Promise.all([
    ...known.map(({ name, serviceUrl }) => tell(name, serviceUrl)),
    tell(COST_WORKER, previous.costs.workerUrl),
  ]);
  // Whoever serves others of the same kind serves them too, once it has been told.
  const added = next.providers.filter(
    (provider) => isOn(provider) && !known.some(({ name }) => name === provider.name),
  );
  told.push(...(await Promise.all(added.map(({ name, serviceUrl }) => tell(name, serviceUrl)))));
  const reports = told.flatMap(({ report }) => report ?? []);
  const refused = reports.flatMap(({ failed }) => failed.map(({ name }) => name));
  const silent = told.filter(({ name, report }) => report === undefined && changed.includes(name));
  return {
    reloaded: unique(reports.flatMap((report) => report.changed)),
    toRestart: unique([...refused, ...silent.map(({ name }) => name)]),
  };
}

const isOn = ({ enabled }: ProviderSettings): boolean => enabled;

interface Told {
  name: string;
  report: Report | undefined;
}

async function tellService(
  { http, logger }: ReloadDeps,
  { name, url, settings }: { name: string; url: string; settings: Pick<Settings, "innerToken"> },
): Promise<Told> {
  const { innerToken } = settings;
  try {
    const answer = await http.send({
      method: "POST",
      url: `${url}/api/config/reload`,
      headers: innerToken === undefined ? {} : { [HEADERS.innerToken]: innerToken.reveal() },
      body: "",
      answerTimeoutMs: ANSWER_MS,
    });
    const text = Buffer.concat(await answer.body.toArray()).toString();
    if (answer.status === 200) return { name, report: reportSchema.parse(JSON.parse(text)) };
    logger.warn("a service did not read its settings anew", {
      name,
      status: answer.status,
      answer: text.slice(0, 500),
    });
  } catch (error) {
    logger.warn("a service could not be told to read its settings anew", { name, error });
  }
  return { name, report: undefined };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
