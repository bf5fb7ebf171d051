export { BACK_OFF_CAP_MS, BACK_OFF_FIRST_MS, BACK_OFF_FORGET_MS, backOffMs } from "./back-off.ts";
export type { BreakerRecord, EndedAttempt } from "./breaker.ts";
export {
  breakerGate,
  breakerState,
  CLOSED_BREAKER,
  commitBreaker,
  DEFAULT_RECOVERY_TIMEOUT_MS,
  renewProbe,
  setBreakerRecord,
  settleBreaker,
  startProbe,
} from "./breaker.ts";
export type { MovingAverage } from "./moving-average.ts";
export { addSample, AVERAGE_WINDOW_MS, readAverage, spreadOf } from "./moving-average.ts";
export type { RestRecord } from "./rests.ts";
export { isResting, orderRest, restAfterSuccess, restStatus, shareAfterRest } from "./rests.ts";
export { RETURN_STEPS, returnShare, returnStepMs } from "./return-steps.ts";
export { hasSpendRoom, loneLimit, SPEND_LEASE_MS, spendWindowName, wholeSpend, WINDOW_GRACE_MS } from "./spend.ts";
export type { SuccessCounts } from "./success-rate.ts";
export { countOutcome, NO_COUNTS, readCounts } from "./success-rate.ts";
