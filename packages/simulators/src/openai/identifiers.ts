import { createHash } from "node:crypto";

/** Ids that follow from a request's id, so that an answer, its stream and its errors agree without shared state. */
export interface Identifiers {
  /** `length` characters of [A-Za-z0-9], the same for the same purpose. */
  alphanumeric(purpose: string, length: number): string;
  hex(purpose: string, length: number): string;
  uuid(purpose: string): string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function createIdentifiers(requestId: string): Identifiers {
  const digest = (purpose: string): Buffer => createHash("sha512").update(`${requestId}\n${purpose}`).digest();
  const hex = (purpose: string, length: number): string => digest(purpose).toString("hex").slice(0, length);
  return {
    hex,
    alphanumeric(purpose, length) {
      const bytes = digest(purpose);
      let text = "";
      for (let index = 0; index < length; index += 1)
        text += ALPHABET[(bytes[index % bytes.length] ?? 0) % ALPHABET.length];
      return text;
    },
    uuid(purpose) {
      const digits = hex(purpose, 32);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}
