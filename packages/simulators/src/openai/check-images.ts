import { badRequest, type RequestProblem } from "./problem.ts";

const SIGNATURES: readonly { type: string; matches(bytes: Buffer): boolean }[] = [
  { type: "png", matches: (bytes) => bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47])) },
  { type: "jpeg", matches: (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
  { type: "gif", matches: (bytes) => bytes.subarray(0, 4).toString("latin1") === "GIF8" },
  {
    type: "webp",
    matches: (bytes) =>
      bytes.subarray(0, 4).toString("latin1") === "RIFF" && bytes.subarray(8, 12).toString("latin1") === "WEBP",
  },
];

/** A `data:` URL taken apart; undefined: the text is none with base64 in it. */
export function parseDataUrl(url: string): { mediaType: string; base64: string } | undefined {
  const match = /^data:([a-zA-Z0-9.+/-]*)(?:;[a-zA-Z0-9=-]+)*;base64,/.exec(url);
  return match === null ? undefined : { mediaType: match[1] ?? "", base64: url.slice(match[0].length) };
}

export function isBase64(text: string): boolean {
  return text !== "" && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** "png", "jpeg", "gif" or "webp" by the first bytes; undefined: none of them. */
function imageTypeOf(base64: string): string | undefined {
  const head = Buffer.from(base64.slice(0, 32), "base64");
  return SIGNATURES.find((signature) => signature.matches(head))?.type;
}

const EXPECTED =
  "Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')";

/**
 * OpenAI on an image's URL; `lead` is how the endpoint begins: "Invalid image URL: 'messages[0]…'" or "Invalid
 * 'input[0]…'". Sources, seen 2026-11: github.com/Alibaba-NLP/OmniSearch/issues/3 (no data URL),
 * github.com/anomalyco/opencode/issues/23983 (no bytes), github.com/STranslate/STranslate/issues/277 (format).
 * Remote pictures are not fetched here: any http address counts as there.
 */
export function checkImageUrl(url: string, place: string, lead: string): RequestProblem | undefined {
  if (/^https?:\/\//.test(url)) return undefined;
  const refuse = (reason: string): RequestProblem =>
    badRequest(`${lead}. ${EXPECTED}, but got ${reason}.`, place, "invalid_value");
  if (!url.startsWith("data:")) return refuse("a value without the 'data:' prefix");
  const parsed = parseDataUrl(url);
  if (parsed === undefined) return refuse("a data URL that is not base64-encoded");
  if (parsed.base64 === "") return refuse("empty base64-encoded bytes");
  if (!parsed.mediaType.startsWith("image/")) return refuse(`unsupported MIME type '${parsed.mediaType}'`);
  if (!isBase64(parsed.base64)) return refuse("an invalid base64-encoded value");
  if (imageTypeOf(parsed.base64) !== undefined) return undefined;
  return badRequest(
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    null,
    "invalid_image_format",
  );
}
