import type { Random } from "./create-random.ts";
import { tellAnswer, type WantedAnswer } from "./wanted-answer.ts";

/** How sessions look, in tokens (four characters each). */
export interface SessionShape {
  model: string;
  /** System prompt and tools, which every session of one kind has of its own. */
  system: [low: number, high: number];
  /** What a turn adds to the prompt. */
  turn: [low: number, high: number];
  output: [low: number, high: number];
  /** Turns of a session. */
  turns: [low: number, high: number];
  maxTokens: number;
  /** ms that an answer takes: to its first output, and from there to its end. */
  firstOutputMs: number;
  streamMs: number;
}

/** A conversation that grows, with cache markers where Claude Code puts them. */
export interface Session {
  readonly id: string;
  readonly isOver: boolean;
  /** The next request. */
  ask(): { body: string; answer: WantedAnswer };
  /** The last request was answered: its turn stays in the conversation. */
  keep(): void;
  /** The last request failed for good: its turn is forgotten. */
  drop(): void;
}

interface Turn {
  question: string;
  answer: string;
}

export function createSession(shape: SessionShape, random: Random, stream = true): Session {
  const id = `${hex(random)}-${hex(random)}`;
  const system = createText(`session ${id}`, random.between(...shape.system));
  const turnsLeft = { count: random.between(...shape.turns) };
  const turns: Turn[] = [];
  let open: Turn | undefined;
  return {
    id,
    get isOver() {
      return turnsLeft.count <= 0;
    },
    ask() {
      const answer = {
        output: random.between(...shape.output),
        firstOutputMs: shape.firstOutputMs,
        streamMs: shape.streamMs,
      };
      open = {
        question: createText(tellAnswer(answer), random.between(...shape.turn)),
        answer: createText("the answer", answer.output),
      };
      return { body: createBody({ shape, id, system, turns: [...turns, open], stream }), answer };
    },
    keep() {
      if (open !== undefined) turns.push(open);
      turnsLeft.count -= 1;
      open = undefined;
    },
    drop() {
      turnsLeft.count -= 1;
      open = undefined;
    },
  };
}

interface BodyParts {
  shape: SessionShape;
  id: string;
  system: string;
  turns: readonly Turn[];
  stream: boolean;
}

const MARKER = { cache_control: { type: "ephemeral" } };

/** Markers stand on the system prompt and on the last two questions. */
function createBody({ shape, id, system, turns, stream }: BodyParts): string {
  const messages = turns.flatMap(({ question, answer }, index) => [
    {
      role: "user",
      content: [{ type: "text", text: question, ...(index >= turns.length - 2 ? MARKER : {}) }],
    },
    ...(index === turns.length - 1 ? [] : [{ role: "assistant", content: [{ type: "text", text: answer }] }]),
  ]);
  return JSON.stringify({
    model: shape.model,
    max_tokens: shape.maxTokens,
    stream,
    metadata: { user_id: JSON.stringify({ device_id: "load", account_uuid: "", session_id: id }) },
    system: [{ type: "text", text: system, ...MARKER }],
    messages,
  });
}

function hex(random: Random): string {
  return Math.floor(random.next() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

/** So many tokens of text, with a beginning of its own. */
function createText(beginning: string, tokens: number): string {
  const missing = tokens * 4 - beginning.length - 1;
  return missing > 0 ? `${beginning} ${"word ".repeat(Math.ceil(missing / 5)).slice(0, missing)}` : beginning;
}
