const OPEN = "<thought>";
const CLOSE = "</thought>";

/**
 * Parts reasoning from text where an upstream puts both into `content`: Gemini's OpenAI endpoint marks the
 * thought by `extra_content.google.thought` and wraps it in tags, the closing one before the first piece of
 * the answer (ai.google.dev/gemini-api/docs/openai#thinking). Tags in unmarked content are the model's own words.
 */
export class ThoughtTags {
  #isInside = false;
  #held = "";

  /** `isMarked`: the upstream calls this piece a thought. */
  split(content: string, isMarked: boolean): { reasoning: string; text: string } {
    if (!isMarked && !this.#isInside) return { reasoning: "", text: content };
    return isMarked ? this.#splitMarked(content) : this.#splitAfter(this.#held + content);
  }

  /** What was held back, when the answer ends. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  #splitMarked(content: string): { reasoning: string; text: string } {
    const start = !this.#isInside && content.startsWith(OPEN) ? OPEN.length : 0;
    const end = content.indexOf(CLOSE, start);
    this.#isInside = end < 0;
    if (end < 0) return { reasoning: content.slice(start), text: "" };
    return { reasoning: content.slice(start, end), text: content.slice(end + CLOSE.length) };
  }

  /** The first unmarked content after a thought, which begins with the closing tag. */
  #splitAfter(content: string): { reasoning: string; text: string } {
    this.#held = "";
    if (content.length < CLOSE.length && CLOSE.startsWith(content)) {
      this.#held = content;
      return { reasoning: "", text: "" };
    }
    this.#isInside = false;
    return { reasoning: "", text: content.startsWith(CLOSE) ? content.slice(CLOSE.length) : content };
  }
}
