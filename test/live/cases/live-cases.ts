import type { LiveCase } from "../live-case.ts";
import { IMAGE_CASE } from "./image-case.ts";
import { LISTING_CASES } from "./listing-cases.ts";
import { REJECTION_CASES } from "./rejection-cases.ts";
import { TEXT_CASES } from "./text-cases.ts";
import { THINKING_CASES } from "./thinking-cases.ts";
import { TOOL_CASES } from "./tool-cases.ts";
import { WRONG_KEY_CASE } from "./wrong-key-case.ts";

/** Every case, those that cost nothing first: a budget that ends early has then shown the most. */
export const LIVE_CASES: readonly LiveCase[] = [
  ...LISTING_CASES,
  WRONG_KEY_CASE,
  ...TEXT_CASES,
  ...REJECTION_CASES.filter(({ name }) => name !== "altered-signature"),
  ...TOOL_CASES,
  IMAGE_CASE,
  ...THINKING_CASES,
  ...REJECTION_CASES.filter(({ name }) => name === "altered-signature"),
];
