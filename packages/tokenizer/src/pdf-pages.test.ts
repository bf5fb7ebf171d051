import { describe, expect, it } from "@jest/globals";
import { countPdfPages } from "./pdf-pages.ts";

const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const page = "1 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n";
const tight = "1 0 obj<</Type/Page/Parent 2 0 R>>endobj\n";

describe("countPdfPages", () => {
  it.each([
    ["page objects", `%PDF-1.7\n<< /Type /Pages /Kids [] >>\n${page.repeat(7)}`, 7],
    ["page objects without blanks", `%PDF-1.7\n${tight.repeat(3)}`, 3],
    ["the page tree's count, where pages lie in compressed parts", "%PDF-1.7\n<< /Type /Pages /Count 12 >>", 12],
    ["the root's count among those of its branches", "<</Type/Pages/Count 40>><</Type/Pages/Count 20>>", 40],
    ["a page a piece where neither is to be seen", `%PDF-1.7\n${"x".repeat(300 * 1024)}`, 5],
    ["one page at least", "%PDF-1.7", 1],
    ["one page for nothing", "", 1],
    ["no page for other names that begin alike", "/PageMode /PageLayout /Type /PageLabel", 1],
  ])("counts %s", (_, text, pages) => {
    expect(countPdfPages(base64(text))).toBe(pages);
  });
});
