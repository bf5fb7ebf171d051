import { describe, expect, it } from "@jest/globals";

import { waitFor } from "../testing/wait-for.ts";
import { repeat } from "./repeating.ts";

describe("what is repeated", () => {
  it("runs at once and again and again, one run at a time", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const loop = repeat({
      everyMs: 0,
      onError: () => {},
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        runs += 1;
      },
    });
    await waitFor(() => runs >= 5);
    await loop.close();
    expect(most).toBe(1);
    const before = runs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(before);
  });

  it("goes on after a run that failed", async () => {
    const errors: unknown[] = [];
    const loop = repeat({
      everyMs: 0,
      onError: (error) => errors.push(error),
      run: () => Promise.reject(new Error("no")),
    });
    await waitFor(() => errors.length >= 3);
    await loop.close();
  });

  it("is closed only when the run under way has ended", async () => {
    let finish: (() => void) | undefined;
    let isDone = false;
    const loop = repeat({
      everyMs: 0,
      onError: () => {},
      run: () =>
        new Promise((resolve) => {
          finish = () => {
            isDone = true;
            resolve();
          };
        }),
    });
    const closed = loop.close().then(() => isDone);
    finish?.();
    expect(await closed).toBe(true);
  });

  it("takes no more than its share of the time", async () => {
    let runs = 0;
    const loop = repeat({
      everyMs: 0,
      shareOfTime: 0.05,
      onError: () => {},
      run: async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 40));
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await loop.close();
    expect(runs).toBe(1);
  });
});
