import { imageSize } from "image-size";
import type { Calibration } from "./calibration.ts";

/** Pixels on an edge of the patch that makes one token. */
const PATCH = 28;

/** For an image whose size is not to be seen: one that fills the smaller of the limits. */
export const UNKNOWN_IMAGE_TOKENS = 1568;

/** Base64 digits that are decoded to read an image's header; JPEG may carry a thumbnail before its size. */
const HEADER_DIGITS = 256 * 1024;

/**
 * One token per patch of 28 × 28 pixels that it touches, after scaling down to the model's limits.
 * https://platform.claude.com/docs/en/build-with-claude/vision, read 2026-11; exact against the measured
 * sizes of https://huggingface.co/datasets/JOHNISKING/image-token-cost.
 */
export function imageTokens(width: number, height: number, limits: Calibration["image"]): number {
  const { longestEdge, mostTokens } = limits;
  const whole = Math.min(1, longestEdge / Math.max(width, height));
  if (patches(width * whole, height * whole) <= mostTokens) return patches(width * whole, height * whole);
  // The number of patches never falls with the scale, so the largest scale that fits is found by halving.
  let [fits, tooLarge] = [0, whole];
  for (let step = 0; step < 40; step += 1) {
    const middle = (fits + tooLarge) / 2;
    if (patches(width * middle, height * middle) <= mostTokens) fits = middle;
    else tooLarge = middle;
  }
  return patches(width * fits, height * fits);
}

function patches(width: number, height: number): number {
  return Math.max(1, Math.ceil(round(width) / PATCH)) * Math.max(1, Math.ceil(round(height) / PATCH));
}

/** Whole pixels; the tiny excess that scaling leaves is none. */
function round(pixels: number): number {
  return Math.floor(pixels + 1e-6);
}

/** Of an image in base64; its header alone is decoded. */
export function base64ImageTokens(data: string, limits: Calibration["image"]): number {
  try {
    const { width, height } = imageSize(Buffer.from(data.slice(0, HEADER_DIGITS), "base64"));
    return width > 0 && height > 0 ? imageTokens(width, height, limits) : UNKNOWN_IMAGE_TOKENS;
  } catch {
    return UNKNOWN_IMAGE_TOKENS;
  }
}
