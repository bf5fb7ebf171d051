import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { SimulatorKind } from "../../start-simulator.ts";
import { closeSessions, errorOf, openSession, type Fields, type Session, type SessionOptions } from "./session.ts";

/** Fields that differ from a good request, and what the API says of it. */
export type Refusal = readonly [what: string, fields: Fields, message: string | RegExp, param: unknown, code: unknown];

export interface RefusalSuite extends SessionOptions {
  title: string;
  kind: SimulatorKind;
  /** A request that is accepted. */
  good: Fields;
}

/** One test per refusal: status 400 in OpenAI's envelope. */
export function testRefusals({ title, kind, good, ...options }: RefusalSuite, refusals: readonly Refusal[]): void {
  describe(title, () => {
    let session: Session;
    beforeAll(async () => {
      session = await openSession(kind, options);
    });
    afterAll(closeSessions);

    it("take the request that the others differ from", async () => {
      expect((await session.ask(good)).status).toBe(200);
    });

    it.each(refusals)("refuse %s", async (_what, fields, message, param, code) => {
      const answer = await session.ask({ ...good, ...fields });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)).toEqual({
        message: typeof message === "string" ? message : expect.stringMatching(message),
        type: "invalid_request_error",
        param,
        code,
      });
    });
  });
}
