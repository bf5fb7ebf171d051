export { createByteTranslator, type ByteTranslator } from "./byte-translator.ts";
export { convertAnswer, translateAnswer, type TranslatedAnswer } from "./convert-answer.ts";
export { createStreamTranslator } from "./create-stream-translator.ts";
export { mapStopReason, type MappedStopReason } from "./stop-reason.ts";
export { readChatUsage, readResponsesUsage } from "./usage.ts";
