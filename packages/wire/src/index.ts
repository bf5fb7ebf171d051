export * from "./client-policy.ts";
export * from "./errors.ts";
export * from "./facts-header.ts";
export * from "./failure-of-error.ts";
export * from "./failures.ts";
export * from "./find-message-texts.ts";
export * from "./headers.ts";
export * from "./lasting-rejection.ts";
export * from "./limit-observation.ts";
export * from "./limits-header.ts";
export * from "./listed-models.ts";
export * from "./messages.ts";
export * from "./priced-cost.ts";
export * from "./provider-info.ts";
export * from "./read-usage.ts";
export * from "./rejections-header.ts";
export * from "./request-facts.ts";
export * from "./retry-after.ts";
export {
  BodyScan,
  type FieldSpan,
  type JsonKind,
  type MessageSpan,
  scanBody,
  type Span,
  type ToolSpan,
} from "./span-scanner.ts";
export * from "./splice.ts";
export * from "./sse-framer.ts";
export * from "./stream-events.ts";
export * from "./stream-observer.ts";
export * from "./thinking-mark.ts";
export * from "./usage-event.ts";
export * from "./usage.ts";
export * from "./warning.ts";
