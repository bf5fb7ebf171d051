export type { ConformanceSetup } from "./conformance-setup.ts";
export { ConformanceBench } from "./conformance-bench.ts";
export { describeProviderConformance } from "./describe-provider-conformance.ts";
export { parseEvents, readStream } from "./message-stream.ts";
