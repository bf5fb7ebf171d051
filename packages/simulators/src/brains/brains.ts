import type { Brain } from "../scenario.ts";

/** Brains that other processes can ask for by name. */
export const BRAINS: Readonly<Record<string, (plan: unknown) => Brain>> = {};
