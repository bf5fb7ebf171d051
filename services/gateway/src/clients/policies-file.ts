import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import type { ClientPolicies } from "@switchyard/wire";

import { parsePolicies } from "./parse-worker-answers.ts";

/**
 * The keys as the worker last told them, digests only; undefined: none were kept yet.
 * @throws Error when the file cannot be read, or is none of ours.
 */
export function readPoliciesFile(file: string): ClientPolicies | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parsePolicies(JSON.parse(text));
}

/**
 * Whole or not at all.
 * @throws Error of the file system.
 */
export async function writePoliciesFile(file: string, policies: ClientPolicies): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(unfinished, JSON.stringify(policies), { mode: 0o600 });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}
