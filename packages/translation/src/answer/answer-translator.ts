import type { GatewayError, StreamEvent } from "@switchyard/wire";
import type { StreamTranslator } from "../contract.ts";

/** A dialect's translator, for those who feed it. */
export interface AnswerTranslator extends Required<StreamTranslator> {
  /** Ends the answer with a failure that was found below the dialect. Throws it when nothing was output yet. */
  fail(error: GatewayError): StreamEvent[];
}
