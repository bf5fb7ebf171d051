import { z } from "zod";
import type { Parser } from "./parse-values.ts";

const LEAST_KEY_LENGTH = 16;

/** What a client shows in a header. Never repeated in what is said of it. */
export const parseClientKey: Parser<string> = (raw) => {
  if (typeof raw !== "string") return { problem: "is not a text", remedy: "Put it in quotes." };
  const key = raw.trim();
  if (!/^[\x21-\x7e]*$/.test(key)) {
    return { problem: "holds what a header cannot", remedy: "Use letters, digits and signs, without blanks." };
  }
  if (key.length < LEAST_KEY_LENGTH) {
    return {
      problem: `has ${key.length} characters, fewer than ${LEAST_KEY_LENGTH}`,
      remedy: 'Choose a random one, e.g. with "openssl rand -hex 24".',
    };
  }
  return { value: key };
};

/** SHA-256 of a key, in hex. */
export const parseKeyDigest: Parser<string> = (raw) => {
  const digest = String(raw).trim().toLowerCase();
  return /^[0-9a-f]{64}$/.test(digest)
    ? { value: digest }
    : {
        problem: "is not a SHA-256 in hex (64 digits)",
        remedy: 'Write what "printf %s <key> | sha256sum" prints, in quotes.',
      };
};

const RFC_3339 = z.iso.datetime({ offset: true });

/** A moment as RFC 3339 writes it, in ms since the epoch. */
export const parseMoment: Parser<number> = (raw) => {
  const text = String(raw).trim();
  const moment = RFC_3339.safeParse(text.toUpperCase().replace(" ", "T"));
  return moment.success
    ? { value: Date.parse(moment.data) }
    : {
        problem: `"${text.slice(0, 32)}" is not a moment`,
        remedy: 'Write date, time and offset: "2027-01-01T00:00:00Z" or "2027-01-01T00:00:00+01:00".',
      };
};
