import { Writable } from "node:stream";

import { createLogger, type Logger } from "@switchyard/service-kit";

export interface LogLine {
  level: string;
  message: string;
  [field: string]: unknown;
}

export interface CapturedLog {
  logger: Logger;
  /** Everything that was logged, parsed. */
  lines(): LogLine[];
  /** As it was written. */
  text(): string;
}

/** A real logger whose lines can be read. */
export function captureLog(): CapturedLog {
  let text = "";
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  return {
    logger: createLogger({ level: "debug", format: "json" }, { service: "cost-worker" }, { stream }),
    lines: () =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as LogLine),
    text: () => text,
  };
}
