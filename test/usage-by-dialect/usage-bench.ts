import { ConformanceBench } from "@switchyard/provider-kit/conformance";
import { type ScenarioUsage, startSimulator } from "@switchyard/simulators";
import { createSseFramer, createStreamObserver, framesOf, readUsage, type TokenUsage } from "@switchyard/wire";

import type { UsageDialect } from "./dialects.ts";
import { type ListeningRelay, startListeningRelay } from "./listening-relay.ts";

export interface TakenAnswer {
  /** As the ledger gets it. */
  usage: TokenUsage;
  /** What the upstream sent. */
  raw: string;
}

/** A provider's own service before the imitation of its upstream; what the upstream says is kept as it was said. */
export class UsageBench extends ConformanceBench {
  readonly #kind: UsageDialect["kind"];
  #relay: ListeningRelay | undefined;

  constructor({ kind, create, settings = {}, model }: UsageDialect) {
    super({
      createProvider: create,
      startSimulator: async () => {
        const simulator = await startSimulator(kind);
        this.#relay = await startListeningRelay(simulator.url);
        return simulator;
      },
      settings: (simulator) => ({
        kind,
        baseUrl: simulator.baseUrl.replace(this.simulator.url, this.#openRelay.url),
        ...settings,
      }),
      model,
      countsTokens: false,
    });
    this.#kind = kind;
  }

  get #openRelay(): ListeningRelay {
    if (this.#relay === undefined) throw new Error(`The bench of ${this.#kind} has not been opened.`);
    return this.#relay;
  }

  /** Asks for an answer whose usage the upstream counts like this, and reads it as the gateway does. */
  async take(usage: ScenarioUsage, stream: boolean): Promise<TakenAnswer> {
    this.reset({ blocks: [{ type: "text", text: "Done." }], usage });
    const answer = await this.post({ body: this.body({ stream, thinking: { type: "adaptive" } }), inner: true });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) throw new Error(`${answer.status}: ${bytes.toString("utf8")}`);
    return { usage: stream ? readStream(bytes) : readWhole(bytes), raw: this.#openRelay.lastAnswer() };
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#relay?.close();
  }
}

function readStream(bytes: Buffer): TokenUsage {
  const observer = createStreamObserver();
  for (const frame of framesOf(createSseFramer().push(bytes))) observer.observe(frame);
  if (!observer.finished) throw new Error("the stream has no end");
  return observer.usage;
}

function readWhole(bytes: Buffer): TokenUsage {
  return readUsage((JSON.parse(bytes.toString("utf8")) as { usage: unknown }).usage);
}
