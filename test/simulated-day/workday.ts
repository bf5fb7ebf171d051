import { createDice, type Dice } from "./dice.ts";

/** One request of a conversation, as it would be whoever answers it. */
export interface Turn {
  /** ms between the answer before and this request. */
  pauseMs: number;
  promptTokens: number;
  outputTokens: number;
  /** Counts up where the conversation was compacted: then only `BASE_TOKENS` of the prompt are as before. */
  generation: number;
  /** 0…1 for the router, the same under every policy. */
  dice: { random: number; explore: number };
}

/** A session or one of its agents: one request after the other. */
export interface Conversation {
  id: string;
  /** ms since the beginning of the day. */
  startsAt: number;
  turns: Turn[];
}

/** System prompt and tools, the same in every request of a session. */
export const BASE_TOKENS = 18_000;
const COMPACTED_AT = 150_000;
const DAY_MS = 8 * 3_600_000;
const LUNCH = { from: 3.5 * 3_600_000, to: 4.25 * 3_600_000 };
/** For laying out the day: what an answer takes about. */
const USUAL_ANSWER_MS = 12_000;

/** What the developers of a team and their agents ask in eight hours. The same seed, the same day. */
export function createWorkday(seed: number, developers: number): Conversation[] {
  return Array.from({ length: developers }, (_, index) =>
    createDeveloper(`developer-${index + 1}`, createDice(seed * 1000 + index)),
  ).flat();
}

function createDeveloper(name: string, dice: Dice): Conversation[] {
  const conversations: Conversation[] = [];
  const main: Conversation = { id: name, startsAt: dice.between(0, 30 * 60_000), turns: [] };
  conversations.push(main);
  let now = main.startsAt;
  let prompt = BASE_TOKENS + dice.between(2000, 12_000);
  let generation = 0;
  while (now < DAY_MS) {
    const requests = Math.round(dice.between(4, 24));
    for (let index = 0; index < requests; index++) {
      const pauseMs = index === 0 ? userPause(now, dice) : dice.around(3000, 0.8);
      now += pauseMs + USUAL_ANSWER_MS;
      main.turns.push(createTurn({ pauseMs, prompt, generation }, dice));
      prompt += Math.min(20_000, dice.around(1500, 1));
      if (prompt > COMPACTED_AT) {
        generation++;
        prompt = BASE_TOKENS + dice.between(8000, 15_000);
      }
      if (dice.next() < 0.03) conversations.push(createAgent(`${name}/agent-${conversations.length}`, now, dice));
    }
  }
  return conversations;
}

function createAgent(id: string, startsAt: number, dice: Dice): Conversation {
  const turns: Turn[] = [];
  let prompt = BASE_TOKENS + dice.between(500, 3000);
  const requests = Math.round(dice.between(6, 20));
  for (let index = 0; index < requests; index++) {
    turns.push(createTurn({ pauseMs: index === 0 ? 0 : dice.around(2000, 0.8), prompt, generation: 0 }, dice));
    prompt += Math.min(20_000, dice.around(2500, 1));
  }
  return { id, startsAt, turns };
}

function createTurn(base: { pauseMs: number; prompt: number; generation: number }, dice: Dice): Turn {
  return {
    pauseMs: base.pauseMs,
    promptTokens: Math.round(base.prompt),
    outputTokens: Math.round(Math.min(8000, dice.around(450, 0.9))),
    generation: base.generation,
    dice: { random: dice.next(), explore: dice.next() },
  };
}

/** People read, think, talk; some come back after the cache has gone. */
function userPause(now: number, dice: Dice): number {
  if (now > LUNCH.from && now < LUNCH.to) return LUNCH.to - now;
  return dice.around(70_000, 1);
}
