import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const FOLDER = process.env["SWITCHYARD_FIXTURES"] ?? resolve(ROOT, "../shared/fixtures");

export const hasRecordings = existsSync(join(FOLDER, "recorded"));
export const SKIPPED = hasRecordings ? "" : " (skipped: no recorded fixtures here)";

/** Path of a recorded file, e.g. "openai/openai-text.json". */
export function recordedPath(name: string): string {
  return join(FOLDER, "recorded", name);
}

export function readRecordedJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(recordedPath(name), "utf8")) as Record<string, unknown>;
}

/** The parsed data of a recorded stream. */
export function readRecordedEvents(name: string): Record<string, unknown>[] {
  return recordedLines(name).map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function recordedLines(name: string): string[] {
  return readFileSync(recordedPath(name), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** OpenAI's published API description, where it is there. */
export const specPath = join(FOLDER, "specs/openai-openapi.json");
export const hasSpec = existsSync(specPath);
