import type { State } from "../state.ts";

/** How the suite gets a state, and time. In memory the time is invented; on a real store it passes. */
export interface StateHarness {
  /** Fresh and empty. The suite closes it. */
  create(options?: StateHarnessOptions): Promise<State>;
  /** Another replica beside the last created state, sharing all with it. The suite closes it. Absent: there is none. */
  join?: () => Promise<State>;
  /** ms since the epoch, as the state sees it. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** How many cases a property is tried with; real time is slow. Default 100. */
  runs?: number;
}

export interface StateHarnessOptions {
  /** 0…1, for jitter and for dice that the caller does not throw. */
  random?: () => number;
}
