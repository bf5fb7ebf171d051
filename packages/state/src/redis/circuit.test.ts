import { describe, expect, it } from "@jest/globals";
import { createCircuit } from "./circuit.ts";

describe("how long a failing Redis is left alone", () => {
  const options = { failures: 3, withinMs: 5000, holdMs: 1000 };

  it("is not at all after one or two failures", () => {
    const circuit = createCircuit({ ...options, now: () => 0 });
    expect(circuit.mayTry).toBe(true);
    circuit.failed();
    circuit.failed();
    expect(circuit.mayTry).toBe(true);
  });

  it("is a second after three that are close to each other, then one more try", () => {
    let now = 0;
    const circuit = createCircuit({ ...options, now: () => now });
    for (now of [0, 2000, 4000]) circuit.failed();
    expect(circuit.mayTry).toBe(false);
    now = 4999;
    expect(circuit.mayTry).toBe(false);
    now = 5000;
    expect(circuit.mayTry).toBe(true);
    circuit.failed();
    expect(circuit.mayTry).toBe(false);
    now = 6000;
    expect(circuit.mayTry).toBe(true);
  });

  it("forgets failures that are long past", () => {
    let now = 0;
    const circuit = createCircuit({ ...options, now: () => now });
    for (now of [0, 3000, 6000, 9000]) circuit.failed();
    expect(circuit.mayTry).toBe(true);
  });
});
