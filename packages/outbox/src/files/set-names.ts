import { randomBytes } from "node:crypto";

/** Letters, digits, "_" and "-": a dot separates an instance from its run. */
const INSTANCE = /^[A-Za-z0-9_-]{1,100}$/;
const SET = /^([A-Za-z0-9_-]{1,100})\.[0-9a-f]{12}$/;
const SEGMENT = /^(\d{8,15})\.jsonl$/;

export const HEARTBEAT_FILE = "heartbeat";
export const POSITION_FILE = "position.json";
export const REJECTED_FILE = "rejected.jsonl";

/** Throws a TypeError unless the name may be part of a file name. */
export function checkInstance(instance: string): void {
  if (!INSTANCE.test(instance)) {
    throw new TypeError('the name of an outbox\'s instance has letters, digits, "_" and "-", 100 at most');
  }
}

/** A new folder for each run: what an earlier one left torn is never written after. */
export function createSetName(instance: string): string {
  return `${instance}.${randomBytes(6).toString("hex")}`;
}

/** The instance that named this folder; undefined where it is none of ours. */
export function instanceOfSet(name: string): string | undefined {
  return SET.exec(name)?.[1];
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, "0")}.jsonl`;
}

/** Undefined where the file is no segment. */
export function parseSegmentName(name: string): number | undefined {
  const digits = SEGMENT.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
