import type { DialectFactory } from "../engine/dialect.ts";

/** The OpenAI-shaped endpoints of each kind of simulator. */
export const OPENAI_KINDS: Readonly<Record<string, DialectFactory>> = {};
