import type { Frame } from "./dialect.ts";

/** One event as server-sent event text with its closing blank line. */
export function formatFrame(frame: Frame, lineEnding: "\n" | "\r\n" = "\n"): string {
  const event = frame.event === undefined ? "" : `event: ${frame.event}${lineEnding}`;
  return `${event}data: ${frame.data}${lineEnding}${lineEnding}`;
}
