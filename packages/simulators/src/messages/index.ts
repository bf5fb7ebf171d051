import type { DialectFactory } from "../engine/dialect.ts";

/** The Messages-shaped endpoints of each kind of simulator. */
export const MESSAGES_KINDS: Readonly<Record<string, DialectFactory>> = {};
