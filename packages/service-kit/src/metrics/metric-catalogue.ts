/** Seconds; from a fast local answer to a ten-minute stream. */
const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const FIRST_OUTPUT_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 120];
/** Seconds that a service itself adds. */
const OVERHEAD_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];

/**
 * Every metric that the services share. Labels are bounded: providers and models come from settings and
 * the catalogue, failures and buckets from closed lists; never a client's text.
 */
export const METRICS = Object.freeze({
  requests: {
    name: "switchyard_requests_total",
    help: "Message requests by their end. failure is empty on success.",
    labels: ["provider", "model", "status", "failure"],
  },
  attempts: {
    name: "switchyard_attempts_total",
    help: "Requests sent to an upstream by their end. failure is empty on success.",
    labels: ["provider", "model", "failure"],
  },
  firstOutput: {
    name: "switchyard_first_output_seconds",
    help: "From the request's arrival to the first real output.",
    labels: ["provider", "model"],
    buckets: FIRST_OUTPUT_BUCKETS,
  },
  duration: {
    name: "switchyard_request_duration_seconds",
    help: "From the request's arrival to the end of its answer.",
    labels: ["provider", "model"],
    buckets: DURATION_BUCKETS,
  },
  overhead: {
    name: "switchyard_overhead_seconds",
    help: "What the service itself added before sending upstream and after the first output.",
    labels: ["provider"],
    buckets: OVERHEAD_BUCKETS,
  },
  tokens: {
    name: "switchyard_tokens_total",
    help: "Tokens by disjoint bucket: uncached_input, cache_read, cache_write_5m, cache_write_1h, output.",
    labels: ["provider", "model", "bucket"],
  },
  activeStreams: {
    name: "switchyard_active_requests",
    help: "Message requests being answered right now.",
    labels: ["provider"],
  },
  warnings: {
    name: "switchyard_warnings_total",
    help: "Things a target cannot do that were changed or left out, by code.",
    labels: ["provider", "code"],
  },
});
