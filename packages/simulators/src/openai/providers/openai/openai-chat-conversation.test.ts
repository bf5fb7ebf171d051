import { call, calls, image, result, text, user } from "../../__fixtures__/chat-bodies.ts";
import { testRefusals, type Refusal } from "../../__fixtures__/refusals.ts";

const CONVERSATION: readonly Refusal[] = [
  [
    "a result without its call",
    { messages: [user(), result("call_1")] },
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    "messages.[1].role",
    null,
  ],
  [
    "a result of another call",
    { messages: [user(), calls("call_1"), result("call_2")] },
    /^Invalid parameter: messages with role 'tool' must be a response/,
    "messages.[2].role",
    null,
  ],
  [
    "a result that comes after a user message",
    { messages: [user(), calls("call_1"), result("call_1"), user(), result("call_1")] },
    /^Invalid parameter: messages with role 'tool' must be a response/,
    "messages.[4].role",
    null,
  ],
  [
    "calls that are not answered",
    { messages: [user(), calls("call_1", "call_2", "call_3"), result("call_2"), user()] },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_1, call_3",
    "messages.[3].role",
    null,
  ],
  [
    "a call as the last word",
    { messages: [user(), calls("call_1")] },
    /did not have response messages: call_1$/,
    "messages.[2].role",
    null,
  ],
  [
    "an id of a call that is too long",
    { messages: [user(), calls("c".repeat(41)), result("c".repeat(41))] },
    "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 41 instead.",
    "messages[1].tool_calls[0].id",
    "string_above_max_length",
  ],
  [
    "a called name with a dot",
    {
      messages: [user(), { role: "assistant", content: null, tool_calls: [call("call_1", "a.b")] }, result("call_1")],
    },
    "Invalid 'messages[1].tool_calls[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "messages[1].tool_calls[0].function.name",
    "invalid_value",
  ],
  [
    "a picture in a result",
    { messages: [user(), calls("call_1"), result("call_1", [text(), image()])] },
    "Invalid 'messages[2]'. Image URLs are only allowed for messages with role 'user', but this message with role 'tool' contains an image URL.",
    "messages[2]",
    "invalid_value",
  ],
  [
    "a picture that is no data URL",
    { messages: [user([image("file:///etc/passwd")])] },
    /^Invalid image URL: 'messages\[0\]\.content\[0\]\.image_url\.url'\. Expected a base64-encoded data URL with an image MIME type/,
    "messages[0].content[0].image_url.url",
    "invalid_value",
  ],
  [
    "a picture without bytes",
    { messages: [user([image("data:image/png;base64,")])] },
    /but got empty base64-encoded bytes\.$/,
    "messages[0].content[0].image_url.url",
    "invalid_value",
  ],
  [
    "a picture that is a document",
    { messages: [user([image("data:application/pdf;base64,JVBERg==")])] },
    /but got unsupported MIME type 'application\/pdf'\.$/,
    "messages[0].content[0].image_url.url",
    "invalid_value",
  ],
  [
    "a picture that is not base64",
    { messages: [user([image("data:image/png;base64,n o")])] },
    /but got an invalid base64-encoded value\.$/,
    "messages[0].content[0].image_url.url",
    "invalid_value",
  ],
  [
    "bytes of no known picture",
    { messages: [user([image(`data:image/png;base64,${Buffer.from("no picture").toString("base64")}`)])] },
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    null,
    "invalid_image_format",
  ],
];

testRefusals(
  {
    title: "OpenAI's chat completions, by the conversation,",
    kind: "openai",
    path: "/v1/chat/completions",
    good: { model: "gpt-4.1", messages: [user()] },
  },
  CONVERSATION,
);
