export { describeState } from "./describe-state.ts";
export type { StateHarness } from "./state-harness.ts";
