import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { calibrationOf } from "./calibration.ts";
import { base64ImageTokens, imageTokens, UNKNOWN_IMAGE_TOKENS } from "./image-tokens.ts";

const high = calibrationOf("claude-opus-5-5").image;
const standard = calibrationOf("claude-haiku-4-5").image;

describe("imageTokens", () => {
  // What was measured, less the 77 and 65 tokens that the rest of those requests took.
  it.each([
    [256, 256, 177 - 77, 165 - 65],
    [512, 512, 438 - 77, 426 - 65],
    [768, 768, 861 - 77, 849 - 65],
    [1024, 1024, 1446 - 77, 1434 - 65],
    [1280, 720, 1273 - 77, 1261 - 65],
    [1920, 1080, 2768 - 77, 1625 - 65],
    [1080, 1920, 2768 - 77, 1625 - 65],
  ])("counts %d × %d as it was measured on new and older models", (width, height, onNew, onOlder) => {
    expect(imageTokens(width, height, high)).toBe(onNew);
    expect(imageTokens(width, height, standard)).toBe(onOlder);
  });

  it.each([
    [3840, 2160, high, 4784],
    [8000, 8000, high, 4761],
    [1, 1, high, 1],
    [8000, 1, standard, 56],
  ])("scales %d × %d down to the model's limits", (width, height, limits, tokens) => {
    expect(imageTokens(width, height, limits)).toBe(tokens);
  });

  it("never exceeds the most that a model takes", () => {
    const edge = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const tokens = imageTokens(width, height, standard);
        return tokens >= 1 && tokens <= standard.mostTokens;
      }),
    );
  });
});

describe("base64ImageTokens", () => {
  it.each([
    ["PNG", png(1024, 1024)],
    ["GIF", gif(1024, 1024)],
    ["JPEG", jpeg(1024, 1024)],
    ["WebP", webp(1024, 1024)],
  ])("reads the size of a %s from its header", (_, bytes) => {
    expect(base64ImageTokens(bytes.toString("base64"), high)).toBe(37 * 37);
  });

  it("reads no more than the header of a large image", () => {
    const large = Buffer.concat([png(512, 512), Buffer.alloc(4 * 1024 * 1024, 0xff)]).toString("base64");
    expect(base64ImageTokens(large, high)).toBe(19 * 19);
  });

  it.each([
    ["no image", Buffer.from("just some words").toString("base64")],
    ["nothing", ""],
    ["no base64", "%%%%"],
    ["a cut header", png(10, 10).subarray(0, 12).toString("base64")],
    ["a size of nothing", png(0, 0).toString("base64")],
  ])("takes a middling size for %s", (_, data) => {
    expect(base64ImageTokens(data, high)).toBe(UNKNOWN_IMAGE_TOKENS);
  });
});

function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  header.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  header.writeUInt32BE(13, 8);
  header.write("IHDR", 12, "latin1");
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

function gif(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.write("GIF89a", 0, "latin1");
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  return header;
}

/** With a thumbnail's worth of metadata before the size. */
function jpeg(width: number, height: number): Buffer {
  const exif = Buffer.alloc(20_000, 0x20);
  exif.writeUInt16BE(0xffe2, 0);
  exif.writeUInt16BE(exif.length - 2, 2);
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 34, 0, 2, 17, 1, 3, 17, 1]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), exif, frame, Buffer.from([0xff, 0xd9])]);
}

function webp(width: number, height: number): Buffer {
  const header = Buffer.alloc(40);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(32, 4);
  header.write("WEBPVP8X", 8, "latin1");
  header.writeUInt32LE(10, 16);
  header.writeUIntLE(width - 1, 24, 3);
  header.writeUIntLE(height - 1, 27, 3);
  return header;
}
