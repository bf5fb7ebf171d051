import { crc32, deflateSync } from "node:zlib";
import { assembleMessage, textOfMessage } from "../dialects/assemble-message.ts";
import type { LiveCase } from "../live-case.ts";
import { checkMessage } from "./check-message.ts";
import { outputRoom } from "./output-room.ts";

const PROMPT = "Which colour fills this picture? Reply with one word.";

/** A picture in the user's turn. */
export const IMAGE_CASE: LiveCase = {
  name: "image",
  title: "looks at a picture",
  reasonToSkip: ({ model }) => (model.capabilities.images ? undefined : "the model takes no pictures"),
  cost: (target) => ({ requests: 2, outputTokens: outputRoom(target) }),
  async raw(upstream, target) {
    const wish = { prompt: PROMPT, maxTokens: outputRoom(target), image: createRedSquare() };
    await upstream.generate(target.dialect.body(target, wish));
  },
  async conform(service, target) {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: createRedSquare() } };
    const answer = await service.messages({
      model: target.model.id,
      max_tokens: outputRoom(target),
      messages: [{ role: "user", content: [image, { type: "text", text: PROMPT }] }],
    });
    const problems = checkMessage(answer);
    const text = textOfMessage(assembleMessage(answer));
    return problems.length > 0 || /\bred\b/i.test(text) ? problems : [`it saw ${JSON.stringify(text)} in a red square`];
  },
};

const SIDE = 64;

/** A red PNG, base64: small, but large enough for every vendor's least size. */
function createRedSquare(): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // Eight bits per channel, true colour.
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(SIDE * 3, Buffer.from([220, 20, 20]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [createChunk("IHDR", header), createChunk("IDAT", pixels), createChunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]).toString("base64");
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function createChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
