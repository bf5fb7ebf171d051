import { GatewayError } from "@switchyard/wire";

import { createNewKey } from "../keys/new-key.ts";
import { showKey } from "../keys/show-key.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { badRequest, readInput } from "./read-input.ts";

const MAX_BYTES = 64 * 1024;

type KeysContext = Pick<
  WorkerContext,
  "ledger" | "settings" | "sums" | "clients" | "tellClientsChanged" | "logger" | "now"
>;

/** GET /api/keys: every key, revoked ones too, with what it has spent; never the key itself, nor its digest. */
export function createListKeysHandler({ clients, sums, now }: KeysContext): Handler {
  return async (_request, response) => {
    const [policies, live] = await Promise.all([clients(), sums.read()]);
    response.setHeader("cache-control", "no-store");
    response.json({
      keys: policies.map((policy) => showKey(policy, { now: now(), spent: live.clients.get(policy.id) })),
    });
  };
}

/** POST /api/keys: 201 with the key, which nobody can read again. */
export function createAddKeyHandler(context: KeysContext): Handler {
  const { ledger, settings, clients, logger, now } = context;
  return async (request, response) => {
    const input = await readInput(request, MAX_BYTES);
    const { providers, costs } = settings();
    const created = createNewKey(input, {
      providers: providers.map(({ name }) => name),
      timeZone: costs.timeZone,
      now: now(),
    });
    if ("problems" in created) throw badRequest(created.problems);
    const { policy, key } = created;
    const holder = (await clients()).find(({ name, revokedAt }) => name === policy.name && revokedAt === undefined);
    if (holder !== undefined) {
      const how = holder.source === "configuration" ? "by the configuration" : `with the id ${holder.id}`;
      throw new GatewayError("conflict_error", `name: There is a key of this name already, ${how}`);
    }
    await ledger.writeClient(policy);
    logger.info("client key created", { client: policy.id, name: policy.name });
    await announce(context);
    response.setHeader("cache-control", "no-store");
    response.status(201).json({ ...showKey(policy, { now: now() }), key });
  };
}

/** DELETE /api/keys/:id: from now on nobody comes in with it. Again is harmless. */
export function createRevokeKeyHandler(context: KeysContext): Handler {
  const { ledger, clients, logger, now } = context;
  return async (request, response) => {
    const id = String(request.params["id"]);
    const policy = (await clients()).find((candidate) => candidate.id === id);
    if (policy === undefined)
      throw new GatewayError("not_found_error", `There is no key with the id ${JSON.stringify(id)}`);
    if (policy.source === "configuration") {
      throw new GatewayError("conflict_error", `${id} is fixed in the configuration: take it out there`);
    }
    if (policy.revokedAt !== undefined) {
      response.json(showKey(policy, { now: now() }));
      return;
    }
    const revoked = { ...policy, revokedAt: now() };
    await ledger.writeClient(revoked);
    logger.info("client key revoked", { client: id, name: policy.name });
    await announce(context);
    response.json(showKey(revoked, { now: now() }));
  };
}

/** What was written stays written, whether the revision can be read or not. */
async function announce({ ledger, tellClientsChanged, logger }: KeysContext): Promise<void> {
  try {
    tellClientsChanged((await ledger.listClients()).revision);
  } catch (error) {
    logger.warn("gateways learn of the changed keys at their next look", { error });
  }
}
