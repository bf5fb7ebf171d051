import { useEffect, useState } from "preact/hooks";

import type { Loaded } from "../src/view/loaded.ts";
import { problemOf, type Asker } from "./ask.ts";

/** One answer that only one page shows; asked for anew whenever the path or `looks` changes. */
export function useAsked<Data>(asker: Asker, path: string, looks: number): Loaded<Data> {
  const [answer, setAnswer] = useState<{ path: string; loaded: Loaded<Data> }>({ path, loaded: {} });
  useEffect(() => {
    const controller = new AbortController();
    const set = (loaded: Loaded<Data>) => {
      if (!controller.signal.aborted) setAnswer({ path, loaded });
    };
    asker
      .ask<Data>(path, { signal: controller.signal })
      .then((data) => set({ data }))
      .catch((error: unknown) => set({ problem: problemOf(error) }));
    return () => controller.abort();
  }, [asker, path, looks]);
  return answer.path === path ? answer.loaded : {};
}
