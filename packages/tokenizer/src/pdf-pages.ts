/**
 * What a page of a PDF costs: it is given as an image, and its text beside. Measured 2,347 tokens for a
 * page of prose on Opus 5.5 and 2,115 on Haiku 4.5, 1,600 for a scanned page
 * (https://huggingface.co/datasets/JOHNISKING/pdf-token-cost, 2026-10-18); documented as 1,500 to 3,000 for the
 * text alone, depending on its density (https://platform.claude.com/docs/en/build-with-claude/pdf-support).
 */
export const PAGE_IMAGE_TOKENS = 1570;
/** In tokens of o200k_base. */
export const PAGE_TEXT_TOKENS = 500;

/** A document that is only named, not sent, is taken for this many pages. */
export const UNKNOWN_DOCUMENT_PAGES = 3;

/** Where pages cannot be seen, because they lie in compressed parts: one for so many bytes. */
const BYTES_PER_PAGE = 64 * 1024;

const PAGE = Buffer.from("/Page");
const COUNT = Buffer.from("/Count");

/** The number of pages of a PDF in base64: its page objects, or its largest page count, or a guess by size; at least 1. */
export function countPdfPages(data: string): number {
  const bytes = Buffer.from(data, "base64");
  const seen = Math.max(countPageObjects(bytes), largestCount(bytes));
  return seen > 0 ? seen : Math.max(1, Math.ceil(bytes.length / BYTES_PER_PAGE));
}

/** "/Type /Page", but neither "/Pages" nor "/PageMode" and their like. */
function countPageObjects(bytes: Buffer): number {
  let pages = 0;
  for (let at = bytes.indexOf(PAGE); at >= 0; at = bytes.indexOf(PAGE, at + PAGE.length)) {
    const before = bytes.toString("latin1", Math.max(0, at - 12), at).trimEnd();
    if (before.endsWith("/Type") && !isLetter(bytes[at + PAGE.length])) pages += 1;
  }
  return pages;
}

/** The root of the page tree counts all pages. */
function largestCount(bytes: Buffer): number {
  let largest = 0;
  for (let at = bytes.indexOf(COUNT); at >= 0; at = bytes.indexOf(COUNT, at + COUNT.length)) {
    const digits = /^\s*(\d{1,5})\b/.exec(bytes.toString("latin1", at + COUNT.length, at + COUNT.length + 12))?.[1];
    largest = Math.max(largest, Number(digits ?? 0));
  }
  return largest;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}
