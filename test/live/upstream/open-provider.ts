import type { Catalog } from "@switchyard/catalog";
import type { Logger, OutboundSettings, ProviderSettings } from "@switchyard/service-kit";
import { SIMULATOR_KINDS, startSimulator, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { createFakeKey } from "../fake-key.ts";
import { createUpstream, type Upstream } from "./create-upstream.ts";
import { withFakeCredential } from "./with-fake-credential.ts";

/** A provider with everything that its cases ask: the upstream and its simulator, each with a right and a wrong key. */
export interface OpenProvider {
  readonly real: Upstream;
  /** undefined: the provider needs no key. */
  readonly realWrongKey: Upstream | undefined;
  /** undefined: there is no simulator of its kind. */
  readonly simulated: { simulator: Simulator; upstream: Upstream; wrongKey: Upstream | undefined } | undefined;
  close(): Promise<void>;
}

export interface OpenProviderOptions {
  catalog: Catalog;
  logger: Logger;
  outbound?: OutboundSettings;
}

const RIGHT = "simulated";
const WRONG = "nobodys";

/** Starts them all; closes what it started when one of them cannot be. */
export async function openProvider(settings: ProviderSettings, options: OpenProviderOptions): Promise<OpenProvider> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = async <Opened extends { close(): Promise<void> }>(opening: Promise<Opened>): Promise<Opened> => {
    const one = await opening;
    opened.push(one);
    return one;
  };
  const open = (changed: ProviderSettings | undefined, outbound: OutboundSettings | undefined) =>
    changed === undefined
      ? undefined
      : keep(createUpstream({ ...options, settings: changed, ...(outbound === undefined ? {} : { outbound }) }));
  const close = async () => {
    await Promise.all(opened.toReversed().map((one) => one.close()));
  };
  // Every request is one request: what is retried, and when, is for the run to say.
  const once = { ...settings, maxRetries: 0 };
  try {
    const real = await keep(createUpstream({ ...options, settings: once }));
    const realWrongKey = await open(withFakeCredential(once, WRONG), options.outbound);
    if (!isSimulatorKind(settings.kind)) return { real, realWrongKey, simulated: undefined, close };
    // Kinds without a key take whatever comes.
    const credentials = settings.credential?.type === "none" ? undefined : [createFakeKey(settings.kind, RIGHT)];
    const simulator = await keep(startSimulator(settings.kind, credentials === undefined ? {} : { credentials }));
    const atSimulator = { ...once, baseUrl: simulator.baseUrl, simulated: true };
    const upstream = await open(withFakeCredential(atSimulator, RIGHT) ?? atSimulator, undefined);
    const wrongKey = await open(withFakeCredential(atSimulator, WRONG), undefined);
    return {
      real,
      realWrongKey,
      simulated: upstream === undefined ? undefined : { simulator, upstream, wrongKey },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function isSimulatorKind(kind: string): kind is SimulatorKind {
  return (SIMULATOR_KINDS as readonly string[]).includes(kind);
}
