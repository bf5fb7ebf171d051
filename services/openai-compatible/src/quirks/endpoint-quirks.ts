import type { Dialect, ModelProfile } from "@switchyard/catalog";
import type { LimitSignals } from "@switchyard/provider-kit";

/** How a header carries the key. */
export interface KeyHeader {
  /** Lower case. */
  name: string;
  prefix: "" | "Bearer ";
}

/**
 * How one vendor's endpoint differs from the others, as data. Addresses are templates: `{base}` is the
 * configured base URL, `{root}` the same without the path of the OpenAI API (`/v1`, `/openai/v1`, …),
 * `{model}` the upstream's model id, `{apiVersion}` the configured API version.
 */
export interface EndpointQuirks {
  /** What is told to people whose key is refused, in the words of the environment. */
  credentialSetting: string;
  keyHeader: KeyHeader;
  /** Instead of `keyHeader` on the Messages endpoint. */
  messagesKeyHeader?: KeyHeader;
  /** One address per API that the endpoint speaks. */
  addresses: { chat: string; responses?: string; messages?: string };
  /** A listing that costs nothing and proves key and upstream. */
  check: string;
  /** The listing at `check` names the models that are there, and nobody knows better. */
  listsModels: boolean;
  /** By which API a model is reached that the catalogue does not know here. */
  newModelDialect: Dialect;
  /** How such a model is asked: as the kind's newest, or by what every compatible server takes. */
  newModelProfile: "as_newest" | "plain";
  /** Names that are this upstream's even if no list has them. */
  adopts: RegExp;
  /** Tokens of context assumed for a model of which nothing is known. */
  assumedContextWindow?: number;
  /** How it tells of its limits; absent: in any way that its API is known for. */
  limitSignals?: LimitSignals;
  /** Fields of the translation target that this endpoint takes otherwise, whatever the model. */
  target?: Partial<ModelProfile>;
  /** What the Messages endpoint wants changed for models other than Claude. */
  messages?: {
    removeFields: readonly string[];
    /** Fields that are sent where the client has none: what the endpoint would do without them is not what the client expects. */
    defaultFields?: Readonly<Record<string, unknown>>;
    /** A step of a tool loop without its thinking is refused. */
    demandsThinkingInLoops: boolean;
  };
}

export const BEARER: KeyHeader = { name: "authorization", prefix: "Bearer " };
