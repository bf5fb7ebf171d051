import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Alert, ClientKey, Overview, Stats } from "../src/view/api-types.ts";
import type { Loaded } from "../src/view/loaded.ts";
import { AnswerError, type Asker, problemOf } from "./ask.ts";

/** What every part of the page looks at. */
export interface Board {
  overview: Loaded<Overview>;
  stats: Loaded<Stats>;
  alerts: Loaded<readonly Alert[]>;
  keys: Loaded<readonly ClientKey[]>;
  /** ms since the epoch of the last answer; absent: there was none. */
  asOf?: number;
  /** The gateway wants its admin token: why. */
  locked?: string;
  busy: boolean;
  /** Rises with every look, so that what only one page shows is asked for anew too. */
  looks: number;
}

const REFRESH_MS = 30_000;
/** After a look that was not answered in full: what is away for a moment, as while it starts, is back soon. */
const AGAIN_MS = 5000;
const EMPTY: Board = { overview: {}, stats: {}, alerts: {}, keys: {}, busy: true, looks: 0 };

/**
 * Asks every 30 s while somebody can see it, 5 s after something was not answered, and at once when it comes back into
 * sight.
 */
export function useBoard(asker: Asker): { board: Board; refresh: () => Promise<boolean> } {
  const [board, setBoard] = useState<Board>(EMPTY);
  const running = useRef<Promise<boolean>>(undefined);
  const refresh = useCallback(() => {
    running.current ??= look(asker, setBoard).finally(() => {
      running.current = undefined;
    });
    return running.current;
  }, [asker]);
  useEffect(() => {
    let last = 0;
    const lookNow = () => {
      if (document.hidden) return;
      last = Date.now();
      void refresh();
    };
    const atFocus = () => {
      if (Date.now() - last > 2000) lookNow();
    };
    lookNow();
    const timer = setInterval(lookNow, REFRESH_MS);
    document.addEventListener("visibilitychange", lookNow);
    globalThis.addEventListener("focus", atFocus);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookNow);
      globalThis.removeEventListener("focus", atFocus);
    };
  }, [refresh]);
  const lacks = [board.overview, board.stats, board.alerts, board.keys].some(({ problem }) => problem !== undefined);
  useEffect(() => {
    if (!lacks) return undefined;
    const timer = setTimeout(() => {
      if (!document.hidden) void refresh();
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [lacks, board.looks, refresh]);
  return { board, refresh };
}

/** False when the gateway wants a token. */
async function look(asker: Asker, setBoard: (change: (board: Board) => Board) => void): Promise<boolean> {
  setBoard((board) => ({ ...board, busy: true }));
  const overview = await load<Overview>(asker, "/admin/overview?requests=100");
  if (overview.status === 401) {
    setBoard((board) => ({ ...EMPTY, looks: board.looks + 1, busy: false, locked: overview.problem ?? "" }));
    return false;
  }
  const [stats, alerts, keys] = await Promise.all([
    load<Stats>(asker, "/api/stats?hours=24"),
    load<{ alerts: Alert[] }>(asker, "/api/alerts?active=true&limit=100"),
    load<{ keys: ClientKey[] }>(asker, "/api/keys"),
  ]);
  setBoard((board) => {
    const next = { looks: board.looks + 1, busy: false };
    return {
      ...next,
      overview: keep(board.overview, overview),
      stats: keep(board.stats, stats),
      alerts: keep(
        board.alerts,
        pick(alerts, (answer) => answer.alerts),
      ),
      keys: keep(
        board.keys,
        pick(keys, (answer) => answer.keys),
      ),
      ...(overview.data === undefined ? (board.asOf === undefined ? {} : { asOf: board.asOf }) : { asOf: Date.now() }),
    };
  });
  return true;
}

interface Answer<Data> extends Loaded<Data> {
  status?: number;
}

async function load<Data>(asker: Asker, path: string): Promise<Answer<Data>> {
  try {
    return { data: await asker.ask<Data>(path) };
  } catch (error) {
    return { problem: problemOf(error), ...(error instanceof AnswerError ? { status: error.status } : {}) };
  }
}

function pick<Whole, Part>(answer: Answer<Whole>, part: (whole: Whole) => Part): Loaded<Part> {
  const { data, problem } = answer;
  return { ...(data === undefined ? {} : { data: part(data) }), ...(problem === undefined ? {} : { problem }) };
}

/** What was known stays in sight while nobody answers; beside it stands that it is old. */
function keep<Data>(before: Loaded<Data>, { data, problem }: Loaded<Data>): Loaded<Data> {
  if (data !== undefined) return { data };
  return { ...before, ...(problem === undefined ? {} : { problem }) };
}
