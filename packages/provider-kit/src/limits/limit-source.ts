import type { ErrorBody } from "@switchyard/translation";
import type { ModelInfo } from "@switchyard/wire";

/** What the readers read: one answer of an upstream. */
export interface LimitSource {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Of an error answer. */
  error?: ErrorBody;
  /** By which API it was asked. */
  dialect: ModelInfo["dialect"];
  /** The upstream's clock, ms since the epoch. */
  now: number;
}
