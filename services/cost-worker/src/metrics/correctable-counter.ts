import type { Counter } from "prom-client";

/** A counter that can be told that it counted too much. */
export interface CorrectableCounter<Label extends string> {
  /** A negative amount is taken off what comes next with the same labels: counters never fall. */
  add(labels: Readonly<Record<Label, string>>, amount: number): void;
}

/** Holds one number for each set of labels that was corrected, until it is made up for. */
export function createCorrectableCounter<Label extends string>(
  counter: Pick<Counter<Label>, "inc">,
): CorrectableCounter<Label> {
  const owed = new Map<string, number>();
  return {
    add: (labels, amount) => {
      const key = JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
      const rest = amount - (owed.get(key) ?? 0);
      if (rest < 0) {
        owed.set(key, -rest);
        return;
      }
      owed.delete(key);
      // Also by nothing: the series is there from the first row on.
      counter.inc({ ...labels }, rest);
    },
  };
}
