import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load } from "./load.fixture.ts";
import { createSettingsHolder } from "./settings-holder.ts";
import type { Settings } from "./settings.ts";

cleanUpAfterEach();

describe("the settings holder", () => {
  const first = load({ env: { LOG_LEVEL: "info" } });
  const second = load({ env: { LOG_LEVEL: "debug" } });

  it("gives the new settings from the moment they are put in", () => {
    const holder = createSettingsHolder(first);
    const taken = holder.current();
    holder.replace(second);
    expect(holder.current()).toBe(second);
    expect(taken).toBe(first);
  });

  it("tells every listener what is new and what was", () => {
    const holder = createSettingsHolder(first);
    const heard: [Settings, Settings][] = [];
    holder.subscribe((...args) => heard.push(args));
    holder.replace(second);
    expect(heard).toEqual([[second, first]]);
  });

  it("tells nobody of settings that are the same", () => {
    const holder = createSettingsHolder(first);
    let calls = 0;
    holder.subscribe(() => (calls += 1));
    holder.replace({ ...first });
    expect(calls).toBe(0);
  });

  it("tells a listener that left no more, and the same function that stayed once", () => {
    const holder = createSettingsHolder(first);
    let calls = 0;
    const listener = (): void => void (calls += 1);
    const leave = holder.subscribe(listener);
    holder.subscribe(listener);
    leave();
    leave();
    holder.replace(second);
    expect(calls).toBe(1);
  });

  it("tells everyone though one of them throws, and says so afterwards", () => {
    const holder = createSettingsHolder(first);
    let calls = 0;
    holder.subscribe(() => {
      throw new Error("no");
    });
    holder.subscribe(() => (calls += 1));
    expect(() => holder.replace(second)).toThrow(AggregateError);
    expect([calls, holder.current()]).toEqual([1, second]);
  });
});
