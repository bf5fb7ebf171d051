import { createHash } from "node:crypto";
import type { ClientPolicy } from "@switchyard/wire";
import { buildBudgets } from "./build-budgets.ts";
import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import type { FileClient } from "./costs-schema.ts";
import { findNamedProvider } from "./find-named-provider.ts";
import { parseClientKey } from "./parse-clients.ts";
import { providerName } from "./provider-entries.ts";
import type { ProviderSettings, Secret } from "./settings.ts";

export interface ClientsNeed {
  providers: readonly ProviderSettings[];
  /** Those without a policy: no key may be both. */
  clientKeys: readonly Secret[];
}

/** The holders of keys that configuration fixes: names and keys are each of one alone. */
export function buildClients(need: ClientsNeed, context: BuildContext): ClientPolicy[] {
  const entries = context.files.settings.gateway?.clients ?? [];
  const ids = new Map<string, string>();
  const digests = new Map(need.clientKeys.map((key) => [digestOf(key.reveal()), "gateway.client_keys"]));
  return entries.flatMap((entry, index): ClientPolicy[] => {
    const place = `gateway.clients[${index}]`;
    const id = idOf(entry, place, context);
    const keyDigest = keyDigestOf(entry, place, context);
    claim(ids, id, { place, what: "name" }, context);
    claim(digests, keyDigest, { place, what: "key" }, context);
    const providers = providersOf(entry, place, { need, context });
    noteExpiry(entry, place, context);
    if (id === undefined || keyDigest === undefined) return [];
    return [
      {
        id,
        name: entry.name,
        keyDigest,
        budgets: buildBudgets(entry.budgets),
        ...defined({
          requestsPerMinute: entry.requests_per_minute,
          tokensPerMinute: entry.tokens_per_minute,
          providers,
          models: modelsOf(entry, place, context),
          expiresAt: entry.expires,
        }),
        strict: entry.strict ?? false,
        overBudget: entry.over_budget ?? "refuse",
        createdAt: 0,
        source: "configuration",
      },
    ];
  });
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What keys without a policy are called: no name may look like one. */
const ID_OF_PLAIN_KEY = /^key-[0-9a-f]{8}$/;

function idOf({ name }: FileClient, place: string, { problems }: BuildContext): string | undefined {
  const id = providerName(name.normalize("NFKD").replaceAll(/\p{M}/gu, ""));
  if (id === "" || id.length > 64) {
    problems.add(`${place}.name`, "is not a name for a client", "Use letters a–z and digits, at most 64.");
    return undefined;
  }
  if (ID_OF_PLAIN_KEY.test(id)) {
    problems.add(`${place}.name`, "looks like a key without a policy", "Choose another name.");
    return undefined;
  }
  return id;
}

/** Exactly one of key, key_file and key_digest; what it holds is never repeated. */
function keyDigestOf(entry: FileClient, place: string, { environment, problems }: BuildContext): string | undefined {
  const { key, key_file: file, key_digest: digest } = entry;
  const stated = [key, file, digest].filter((value) => value !== undefined);
  if (stated.length !== 1) {
    const problem = stated.length === 0 ? "has no key" : "has more than one of key, key_file and key_digest";
    problems.add(place, problem, "Write one of key, key_file (a file that holds it) and key_digest (its SHA-256).");
    return undefined;
  }
  if (digest !== undefined) return digest;
  if (key !== undefined) return digestOf(key);
  const read = environment.secretFile(file ?? "");
  if (read === undefined) {
    problems.add(`${place}.key_file`, "the file cannot be read or is empty", "Write the key into that file.");
    return undefined;
  }
  const checked = problems.take(`${place}.key_file`, parseClientKey(read.reveal()));
  return checked === undefined ? undefined : digestOf(checked);
}

function claim(
  owners: Map<string, string>,
  value: string | undefined,
  { place, what }: { place: string; what: "name" | "key" },
  { problems }: BuildContext,
): void {
  if (value === undefined) return;
  const owner = owners.get(value);
  if (owner === undefined) owners.set(value, place);
  else problems.add(`${place}.${what}`, `is the ${what} of ${owner} too`, "Give each its own.");
}

function providersOf(
  { providers: names }: FileClient,
  place: string,
  { need, context }: { need: ClientsNeed; context: BuildContext },
): readonly string[] | undefined {
  if (names === undefined) return undefined;
  noteEmpty(names, `${place}.providers`, context);
  return names.flatMap(
    (name, index) =>
      findNamedProvider(name, {
        place: `${place}.providers[${index}]`,
        providers: need.providers,
        problems: context.problems,
      }) ?? [],
  );
}

function modelsOf({ models }: FileClient, place: string, context: BuildContext): readonly string[] | undefined {
  if (models !== undefined) noteEmpty(models, `${place}.models`, context);
  return models;
}

/** An empty list would allow nothing, and looks as if it allowed all. */
function noteEmpty(list: readonly string[], place: string, { problems }: BuildContext): void {
  if (list.length > 0) return;
  problems.add(place, "names none, so that the key would open nothing", "Name some, or leave it out for all.");
}

function noteExpiry({ expires }: FileClient, place: string, { problems, now }: BuildContext): void {
  if (expires === undefined || expires > now) return;
  problems.warn(`${place}.expires`, "is over: its key opens nothing", "Write a later moment, or remove the client.");
}
