export * from "./await-answer.ts";
export {
  type AwaitCommitOptions,
  awaitCommit,
  type CommitResult,
  type CommittedStream,
  MAX_HELD_BYTES,
} from "./await-commit.ts";
export { type ChunkGatherer, createChunkGatherer, type HeadMoment, waitingSince } from "./chunk-gatherer.ts";
export { type ByteFeed, createByteFeed, type Derived, type FeedConsumer } from "./byte-feed.ts";
export * from "./early-headers.ts";
export * from "./error-event.ts";
export * from "./pump.ts";
