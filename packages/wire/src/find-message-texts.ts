import {
  forEachElement,
  forEachMember,
  JsonSource,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipValue,
  standsAt,
  Unexpected,
} from "./json-walk.ts";
import type { Span } from "./span-scanner.ts";

/**
 * Where the long texts of a request's messages lie, quotes included, in their order: content that is a string,
 * text blocks, and results of tools. One walk, without building any value. A body that is not as it should be
 * has none; what is wrong with it, its parser tells.
 *
 * @param atLeastBytes texts shorter than this are passed over
 */
export function findMessageTexts(body: Buffer, atLeastBytes: number): Span[] {
  const finder = new TextFinder(body, atLeastBytes);
  try {
    finder.walkRequest();
  } catch (error) {
    if (error instanceof Unexpected) return [];
    throw error;
  }
  return finder.texts;
}

/** How deep a block lies: root 1, messages 2, message 3, content 4. */
const BLOCK_DEPTH = 4;

class TextFinder {
  readonly texts: Span[] = [];
  readonly #source: JsonSource;
  readonly #bytes: Buffer;
  readonly #atLeastBytes: number;

  constructor(body: Buffer, atLeastBytes: number) {
    this.#source = new JsonSource(body);
    this.#bytes = body;
    this.#atLeastBytes = atLeastBytes;
  }

  walkRequest(): void {
    const source = this.#source;
    const root = skipSpace(source, 0);
    if (this.#bytes[root] !== OPEN_OBJECT) return;
    forEachMember(source, root, (keyStart, start) => {
      if (!standsAt(this.#bytes, keyStart, '"messages"')) return skipValue(source, start, 1);
      // Of a repeated field the last counts.
      this.texts.length = 0;
      return this.#walkEach(start, 1, (message) => this.#walkMessage(message));
    });
  }

  #walkEach(start: number, depth: number, walk: (element: number) => number): number {
    if (this.#bytes[start] !== OPEN_ARRAY) return skipValue(this.#source, start, depth);
    return forEachElement(this.#source, start, (element) =>
      this.#bytes[element] === OPEN_OBJECT ? walk(element) : skipValue(this.#source, element, depth + 1),
    );
  }

  #walkMessage(at: number): number {
    return forEachMember(this.#source, at, (keyStart, start) =>
      standsAt(this.#bytes, keyStart, '"content"')
        ? this.#walkContent(start, BLOCK_DEPTH - 1, true)
        : skipValue(this.#source, start, BLOCK_DEPTH - 1),
    );
  }

  /** A string, or a list of blocks. */
  #walkContent(start: number, depth: number, hasResults: boolean): number {
    if (this.#bytes[start] === QUOTE) return this.#walkText(start);
    return this.#walkEach(start, depth, (block) => this.#walkBlock(block, depth + 2, hasResults));
  }

  /** Text blocks and, where they can stand, results of tools; the texts of any other block are looked at by whoever reads it. */
  #walkBlock(at: number, depth: number, hasResults: boolean): number {
    const before = this.texts.length;
    let isText = false;
    let isResult = false;
    const end = forEachMember(this.#source, at, (keyStart, start) => {
      if (standsAt(this.#bytes, keyStart, '"type"')) {
        isText = standsAt(this.#bytes, start, '"text"');
        isResult = hasResults && standsAt(this.#bytes, start, '"tool_result"');
      } else if (standsAt(this.#bytes, keyStart, '"text"') && this.#bytes[start] === QUOTE) {
        return this.#walkText(start);
      } else if (hasResults && standsAt(this.#bytes, keyStart, '"content"')) {
        return this.#walkContent(start, depth, false);
      }
      return skipValue(this.#source, start, depth);
    });
    if (!isText && !isResult) this.texts.length = before;
    return end;
  }

  #walkText(start: number): number {
    const end = skipValue(this.#source, start, BLOCK_DEPTH);
    if (end - start >= this.#atLeastBytes) this.texts.push({ start, end });
    return end;
  }
}
