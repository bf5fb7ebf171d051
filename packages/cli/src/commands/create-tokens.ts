import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const TOKENS = ["inner-token", "admin-token"] as const;

/** Writes each token that is not there yet, readable by its owner alone; tokens that exist stay. Returns the names written. */
export function createTokens(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return TOKENS.filter((name) => writeOnce(path.join(folder, name), randomBytes(32).toString("base64url")));
}

/** False when the file exists: two first starts at once agree on whichever came first. */
function writeOnce(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

export function createTokensCommand(folder: string): void {
  const written = createTokens(folder);
  process.stdout.write(
    written.length > 0 ? `wrote ${written.join(", ")} to ${folder}\n` : `the tokens in ${folder} stay as they are\n`,
  );
}
