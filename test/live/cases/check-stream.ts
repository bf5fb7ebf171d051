import { asObject, asText, parseJson } from "../read-json.ts";

interface StreamState {
  problems: string[];
  started: boolean;
  stopped: boolean;
  openBlock: number | undefined;
  nextBlock: number;
  deltaSeen: boolean;
}

/**
 * What in a stream is against the grammar of the Messages API: one message_start, first; blocks one after the
 * other with rising indexes; message_delta, then message_stop, last. Sentences.
 */
export function checkStream(events: readonly string[]): string[] {
  const state: StreamState = {
    problems: [],
    started: false,
    stopped: false,
    openBlock: undefined,
    nextBlock: 0,
    deltaSeen: false,
  };
  for (const data of events) {
    const event = asObject(parseJson(data));
    const type = asText(event["type"]);
    if (type === "") state.problems.push(`an event is no JSON object with a type: ${data.slice(0, 80)}`);
    else if (type !== "ping") addEvent(state, type, event);
  }
  if (!state.stopped) state.problems.push("the stream has no message_stop");
  return state.problems;
}

function addEvent(state: StreamState, type: string, event: Readonly<Record<string, unknown>>): void {
  const { problems } = state;
  if (state.stopped) problems.push(`${type} came after message_stop`);
  if (!state.started && type !== "message_start" && type !== "error")
    problems.push(`${type} came before message_start`);
  switch (type) {
    case "message_start":
      if (state.started) problems.push("message_start came twice");
      state.started = true;
      return;
    case "content_block_start":
      startBlock(state, event["index"]);
      return;
    case "content_block_delta":
      if (state.openBlock === undefined || event["index"] !== state.openBlock) {
        problems.push(`a delta came for block ${String(event["index"])}, which is not open`);
      }
      return;
    case "content_block_stop":
      if (state.openBlock === undefined || event["index"] !== state.openBlock) {
        problems.push(`block ${String(event["index"])} stopped, which is not open`);
      }
      state.openBlock = undefined;
      return;
    case "message_delta":
      state.deltaSeen = true;
      return;
    case "message_stop":
      stop(state);
      return;
    case "error":
      problems.push(`the stream holds an error: ${asText(asObject(event["error"])["message"])}`);
      return;
    default:
  }
}

function startBlock(state: StreamState, index: unknown): void {
  if (state.openBlock !== undefined)
    state.problems.push(`block ${String(index)} started inside block ${state.openBlock}`);
  if (index !== state.nextBlock) state.problems.push(`block ${String(index)} came where ${state.nextBlock} was due`);
  state.openBlock = typeof index === "number" ? index : state.nextBlock;
  state.nextBlock = state.openBlock + 1;
}

function stop(state: StreamState): void {
  if (state.openBlock !== undefined) state.problems.push(`block ${state.openBlock} was never stopped`);
  if (!state.deltaSeen) state.problems.push("message_stop came without a message_delta");
  state.stopped = true;
}
