import { createCatalog } from "@switchyard/catalog";
import {
  type AccessSettings,
  type ConfigurationFile,
  createAccessGuard,
  createApp,
  createHttpClient,
  createMetrics,
  type KeyRegister,
  type Logger,
  type Settings,
  type SettingsHolder,
  startServer,
} from "@switchyard/service-kit";
import type { Outbox } from "@switchyard/outbox";
import type { State } from "@switchyard/state";
import type { Express } from "express";

import { createAdmission } from "./admission/create-admission.ts";
import { createReservationKeeper } from "./attempts/reservation-keeper.ts";
import { createWaitingRoom } from "./attempts/waiting-room.ts";
import { createBreakers } from "./breakers/create-breakers.ts";
import { type ClientDeskOptions, createClientDesk } from "./clients/create-client-desk.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { createProviderDirectory } from "./providers/provider-directory.ts";
import { createTraffic } from "./providers/traffic.ts";
import { createOutbox, instanceName } from "./create-outbox.ts";
import { createState } from "./create-state.ts";
import { addRoutes } from "./routes/add-routes.ts";
import { createUsageRecorder } from "./usage/usage-recorder.ts";
import { createLimitBook } from "./world/limit-book.ts";
import { createSettingsCall } from "./world/settings-call.ts";
import { providerSwitch } from "./world/switches.ts";
import { createWorldReader } from "./world/to-world.ts";

export interface GatewayDeps {
  settings: SettingsHolder;
  logger: Logger;
  /** Instead of those of the settings; port 0: any free one. */
  listen?: { host: string; port: number };
  /** ms between two looks at a provider service. */
  pollIntervalMs?: number;
  /** Instead of the tokenizer of this project. */
  countTokens?: (body: unknown) => Promise<number>;
  /** Reads the settings anew, for `POST /api/config/reload`; absent: they are fixed. */
  reload?: () => Settings;
  /** Changes the file that settings come from, for `PUT /api/config/providers`; absent: they are fixed. */
  configuration?: ConfigurationFile;
  /** Instead of the one that the settings ask for; closed by who made it. */
  state?: State;
  /** Takes what is written into the books; closed by who made it. Default: an outbox on disk, on its way to the ledger. */
  outbox?: Pick<Outbox, "append">;
  /** How often the worker is asked for keys and for what is spent. */
  clients?: Pick<ClientDeskOptions, "policyIntervalMs" | "spendIntervalMs">;
  /** Also CPU and memory of the process in /metrics. */
  processMetrics?: boolean;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** The routes; for tests that look behind them. */
  readonly express: Express;
  /** Resolves when every provider service has been looked at once. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** The only public door: who may come in, where a request goes, what happens when that fails. */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const { settings, logger } = deps;
  const http = createHttpClient({ connectTimeoutMs: settings.current().gateway.timeouts.connectMs });
  const metrics = createMetrics("gateway", { processMetrics: deps.processMetrics ?? false });
  const state = deps.state ?? (await createState(settings.current(), logger));
  const port = deps.listen?.port ?? settings.current().gateway.port;
  const ownOutbox =
    deps.outbox === undefined ? await createOutbox({ settings: settings.current(), port, http, logger }) : undefined;
  const outbox = deps.outbox ?? ownOutbox;
  const breakers = createBreakers();
  const queueLimits = () => settings.current().gateway.queue;
  const waitingRoom = createWaitingRoom(queueLimits);
  const reservations = createReservationKeeper(state, () => waitingRoom.roomMade());
  const directory = createProviderDirectory({
    settings,
    http,
    logger,
    isSwitchedOff: (provider) => state.snapshot().switches[providerSwitch(provider)] === "off",
    onChange: (provider) => void state.wake(provider),
    ...(deps.pollIntervalMs === undefined ? {} : { intervalMs: deps.pollIntervalMs }),
  });
  let isSettled = false;
  const ready = Promise.resolve(directory.settling).then(() => {
    isSettled = true;
    return undefined;
  });
  const unsubscribe = settings.subscribe(() => void state.wake());
  const settingsCall = createSettingsCall({ state, settings, reload: deps.reload, logger });
  const unfollow = followState(() => {
    breakers.follow(state.snapshot());
    settingsCall.follow();
  });
  const catalog = createCatalog();
  const clientDesk = await createClientDesk({ settings, state, catalog, http, logger, ...deps.clients });
  const traffic = createTraffic();
  const context: Omit<GatewayContext, "onShutdown"> = {
    settings,
    catalog,
    clients: clientDesk.clients,
    budgets: clientDesk.budgets,
    directory,
    state,
    breakers,
    reservations,
    limits: createLimitBook(),
    readWorld: createWorldReader(),
    admission: createAdmission(() => ({
      ...queueLimits(),
      maxConcurrent: settings.current().gateway.maxConcurrentRequests,
    })),
    waitingRoom,
    traffic,
    usage: createUsageRecorder({
      append: (event) => outbox?.append(event),
      instance: instanceName(port),
      leaseMs: () => settings.current().costs.intentLeaseMs,
      onSettled: ({ attempt, usage: used }) => {
        const cost = clientDesk.budgets.listPriceOf(settings.current(), attempt, used);
        traffic.spent(attempt, attempt.subscription ? 0 : (cost ?? 0));
        return cost;
      },
    }),
    http,
    logger,
    metrics,
    ...(deps.reload === undefined ? {} : { reload: deps.reload }),
    tellReplicas: () => settingsCall.call(),
    ...(deps.configuration === undefined ? {} : { configuration: deps.configuration }),
    countTokens: deps.countTokens ?? countTokensHere,
  };
  const app = createApp({
    service: "gateway",
    logger,
    metrics,
    guard: createAccessGuard(createAccessSettings(settings, clientDesk.clients)),
    routes: (express, lifecycle) =>
      addRoutes(express, { ...context, onShutdown: (hook) => lifecycle.onShutdown(hook) }),
    notReady: () => (isSettled ? undefined : "the provider services have not been looked at yet"),
  });
  const { gateway } = settings.current();
  const server = await startServer(app, {
    ...(deps.listen ?? { host: gateway.host, port: gateway.port }),
    graceMs: gateway.shutdownGraceMs,
    cleanups: [
      unsubscribe,
      unfollow,
      () => directory.close(),
      () => clientDesk.close(),
      // While there is a way to the worker: what is under way may still arrive.
      () => (ownOutbox === undefined ? undefined : endOutbox(ownOutbox)),
      () => http.close(),
      () => reservations.close(),
      () => breakers.close(),
      () => (deps.state === undefined ? state.close() : undefined),
    ],
  });
  return {
    url: server.url,
    port: server.port,
    express: app.express,
    ready,
    close: () => server.close(),
  };
}

/** What is not gone by then stays on disk for the next start. */
const LAST_SHIPMENT_MS = 300;

async function endOutbox(outbox: Outbox): Promise<void> {
  await outbox.drained(LAST_SHIPMENT_MS).catch(() => {});
  await outbox.close();
}

/** The guard digests keys once for each object it is given: one per state of the settings. */
function createAccessSettings(holder: SettingsHolder, register: KeyRegister): () => AccessSettings {
  let of: Settings | undefined;
  let access: AccessSettings | undefined;
  return () => {
    const now = holder.current();
    if (access === undefined || of !== now) {
      of = now;
      const { clientKeys, adminToken, allowedHosts, allowedOrigins, openToNetwork } = now.gateway;
      access = {
        clientKeys,
        register,
        allowedHosts,
        allowedOrigins,
        ...(now.innerToken === undefined ? {} : { innerToken: now.innerToken }),
        ...(adminToken === undefined ? {} : { adminToken }),
        ...(openToNetwork === undefined ? {} : { openToNetwork }),
      };
    }
    return access;
  };
}

/** So often the local switches take over what the fleet knows, ms. */
const FOLLOW_MS = 250;

function followState(look: () => void): () => void {
  const timer = setInterval(look, FOLLOW_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Loaded when first needed: its tables take memory. */
async function countTokensHere(body: unknown): Promise<number> {
  const { countTokens } = await import("@switchyard/tokenizer");
  return countTokens(body);
}
