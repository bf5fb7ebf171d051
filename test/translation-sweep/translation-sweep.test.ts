import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { createSubject, SUBJECTS, type Subject } from "./create-subject.ts";
import { runOwnLoop } from "./own-loop.ts";
import { listVariants, THINKING, type RequestFields } from "./request-variants.ts";
import { sendConverted, type Outcome } from "./send-converted.ts";

const titleOf = ({ kind, settings }: (typeof SUBJECTS)[number]) =>
  settings?.dialect === undefined ? kind : `${kind} by ${settings.dialect}`;

/** Models that take no tools by chat completions, and those are never sent there (see their profile's sources). */
const TOOLS_BY_RESPONSES_ONLY = new Set(["gpt-6.1-sol", "gpt-6-astra"]);

describe.each(SUBJECTS.map((options) => [titleOf(options), options] as const))("%s", (_title, options) => {
  const byVendor = options.kind === "openai" || options.kind === "azure";
  let subject: Subject;
  beforeAll(async () => {
    subject = await createSubject(options);
  });
  afterAll(() => subject.close());

  /** What is wrong with an outcome; undefined: nothing is. */
  function findProblem(outcome: Outcome, canonical: string, request: RequestFields): string | undefined {
    const impossible =
      byVendor &&
      options.settings?.dialect === "chat" &&
      request["tools"] !== undefined &&
      TOOLS_BY_RESPONSES_ONLY.has(canonical);
    if (outcome.how === (impossible ? "beyond the target" : "accepted")) return undefined;
    return outcome.how === "accepted" ? "accepted, but should be impossible" : `${outcome.how}: ${outcome.why}`;
  }

  it("takes every request that Claude Code could make, on every model", async () => {
    const problems: string[] = [];
    for (const model of subject.models) {
      for (const { name, request } of listVariants(model)) {
        const problem = findProblem(await sendConverted(subject, model, request), model.canonical, request);
        if (problem !== undefined) problems.push(`${model.id}: ${name}: ${problem}`);
      }
      subject.simulator.reset();
    }
    expect(subject.models.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  }, 180_000);

  it("takes back what it answered itself, step by step, on every model", async () => {
    const problems: string[] = [];
    for (const model of subject.models) {
      for (const { name, fields } of THINKING) {
        const outcome = await runOwnLoop(subject, model, fields);
        const problem = findProblem(outcome, model.canonical, { tools: [] });
        if (problem !== undefined) problems.push(`${model.id}: ${name}: ${problem}`);
        subject.simulator.reset();
      }
    }
    expect(problems).toEqual([]);
  }, 180_000);
});
