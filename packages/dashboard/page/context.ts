import type { Formats } from "../src/view/format.ts";
import type { Asker } from "./ask.ts";
import type { Board } from "./use-board.ts";

/** What every page of the dashboard is given. */
export interface PageProps {
  asker: Asker;
  board: Board;
  formats: Formats;
  /** ms since the epoch, as of the last look. */
  now: number;
  /** False when the gateway wants a token. */
  refresh: () => Promise<boolean>;
}
