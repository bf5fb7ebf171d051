import type { RequestFacts } from "./request-facts.ts";

/** Facts as the value of a header between gateway and provider service: JSON in ASCII. */
export function writeFacts(facts: RequestFacts): string {
  return JSON.stringify(facts).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** undefined for a text that holds no facts: the body has to be read then. */
export function readFacts(text: string | undefined): RequestFacts | undefined {
  if (text === undefined) return undefined;
  try {
    const facts = JSON.parse(text) as Partial<RequestFacts> | null;
    const whole =
      typeof facts?.model === "string" &&
      typeof facts.stream === "boolean" &&
      typeof facts.estimatedInputTokens === "number" &&
      Array.isArray(facts.typedTools);
    return whole ? (facts as RequestFacts) : undefined;
  } catch {
    return undefined;
  }
}
