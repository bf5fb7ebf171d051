import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import pc from "picocolors";

const PALETTE = [pc.cyan, pc.green, pc.magenta, pc.yellow, pc.blue, pc.red, pc.white, pc.gray] as const;

/** The colour of the n-th service: the same at every start. */
export function colourOf(index: number): (text: string) => string {
  return PALETTE[index % PALETTE.length] ?? pc.white;
}

/** Writes each line of `stream` behind the service's name, padded so that the lines stand under each other. */
export function prefixLines(stream: Readable, options: { label: string; write: (line: string) => void }): void {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", (line) => options.write(`${options.label} ${line}`));
}
