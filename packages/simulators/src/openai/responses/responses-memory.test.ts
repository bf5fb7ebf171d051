import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, closeSessions, errorOf, openSession, type Fields, type Session } from "../__fixtures__/session.ts";

const TOOLS = [{ type: "function", name: "read", parameters: { type: "object", properties: {} }, strict: false }];
const ENCRYPTED = { model: "gpt-5.6", tools: TOOLS, store: false, include: ["reasoning.encrypted_content"] };
const STORED = { model: "gpt-5.6", tools: TOOLS };
const QUESTION = { role: "user", content: "read it" };

const open = (signatureSecret: string): Promise<Session> =>
  openSession("openai", { path: "/v1/responses", signatureSecret });

/** Asks, and returns the reasoning item and the call of the answer. */
async function think(session: Session, body: Fields): Promise<[reasoning: Fields, call: Fields, response: Fields]> {
  session.simulator.script({
    blocks: [
      { type: "reasoning", text: "thinking" },
      { type: "tool_call", name: "read", input: {}, id: "call_1" },
    ],
  });
  const { json } = await session.ask({ ...body, input: [QUESTION] });
  return [at(json, "output", 0) as Fields, at(json, "output", 1) as Fields, json ?? {}];
}

const RESULT = { type: "function_call_output", call_id: "call_1", output: "done" };

let session: Session;
beforeEach(async () => {
  session = await open("one secret");
});
afterEach(closeSessions);

describe("encrypted reasoning", () => {
  it("is taken back by the simulator that issued it", async () => {
    const [reasoning, call] = await think(session, ENCRYPTED);
    expect(reasoning["encrypted_content"]).toMatch(/^gAAAAAB/);
    const answer = await session.ask({ ...ENCRYPTED, input: [QUESTION, reasoning, call, RESULT] });
    expect(answer.status).toBe(200);
  });

  it("is not there unless it was asked for", async () => {
    const [reasoning] = await think(session, STORED);
    expect(reasoning).not.toHaveProperty("encrypted_content");
  });

  it("is taken back by another simulator with the same secret, and by no other", async () => {
    const [reasoning, call] = await think(session, ENCRYPTED);
    const body = { ...ENCRYPTED, input: [QUESTION, reasoning, call, RESULT] };
    expect((await (await open("one secret")).ask(body)).status).toBe(200);
    const foreign = await (await open("another secret")).ask(body);
    expect(foreign.status).toBe(400);
    expect(errorOf(foreign)).toMatchObject({
      code: "invalid_encrypted_content",
      message: expect.stringContaining(
        `The encrypted content for item ${String(reasoning["id"])} could not be verified.`,
      ),
    });
  });

  it("is not taken back by another host of the same models", async () => {
    const [reasoning, call] = await think(session, ENCRYPTED);
    const azure = await openSession("azure", { path: "/openai/v1/responses", signatureSecret: "one secret" });
    const answer = await azure.ask({ ...ENCRYPTED, input: [QUESTION, reasoning, call, RESULT] });
    expect(errorOf(answer)["code"]).toBe("invalid_encrypted_content");
  });

  it.each<[string, (reasoning: Fields) => Fields]>([
    ["one character changed", (item) => ({ encrypted_content: flipLast(String(item["encrypted_content"])) })],
    ["its end cut off", (item) => ({ encrypted_content: String(item["encrypted_content"]).slice(0, -4) })],
    ["another item's id", () => ({ id: "rs_other" })],
    ["a text of its own", () => ({ encrypted_content: "gAAAAAB" })],
  ])("is refused with %s", async (_what, alter) => {
    const [reasoning, call] = await think(session, ENCRYPTED);
    const altered = { ...reasoning, ...alter(reasoning) };
    const answer = await session.ask({ ...ENCRYPTED, input: [QUESTION, altered, call, RESULT] });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["code"]).toBe("invalid_encrypted_content");
  });

  it("is refused without what it led to", async () => {
    const [reasoning] = await think(session, ENCRYPTED);
    const answer = await session.ask({
      ...ENCRYPTED,
      input: [QUESTION, reasoning, { role: "user", content: "go on" }],
    });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["message"]).toBe(
      `Item '${String(reasoning["id"])}' of type 'reasoning' was provided without its required following item.`,
    );
  });

  it("may be left out where nothing was stored", async () => {
    const [, call] = await think(session, ENCRYPTED);
    expect((await session.ask({ ...ENCRYPTED, input: [QUESTION, call, RESULT] })).status).toBe(200);
  });
});

function flipLast(token: string): string {
  const place = token.length - 6;
  return `${token.slice(0, place)}${token[place] === "A" ? "B" : "A"}${token.slice(place + 1)}`;
}

describe("stored responses", () => {
  it("are continued by their id", async () => {
    const [, , response] = await think(session, STORED);
    const answer = await session.ask({ ...STORED, previous_response_id: response["id"], input: [RESULT] });
    expect(answer.status).toBe(200);
    expect(at(answer.json, "previous_response_id")).toBe(response["id"]);
  });

  it("are not continued while a call of theirs is open", async () => {
    const [, , response] = await think(session, STORED);
    const answer = await session.ask({ ...STORED, previous_response_id: response["id"], input: [QUESTION] });
    expect(errorOf(answer)["message"]).toBe("No tool output found for function call call_1.");
  });

  it("lend their items by id alone", async () => {
    const [reasoning, call] = await think(session, STORED);
    const references = [reasoning, call].map((item) => ({ type: "item_reference", id: item["id"] }));
    const answer = await session.ask({ ...STORED, input: [QUESTION, references[0], call, RESULT] });
    expect(answer.status).toBe(200);
  });

  it("want the reasoning back that a call came with", async () => {
    const [reasoning, call] = await think(session, STORED);
    const answer = await session.ask({ ...STORED, input: [QUESTION, call, RESULT] });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)["message"]).toBe(
      `Item '${String(call["id"])}' of type 'function_call' was provided without its required 'reasoning' item: '${String(reasoning["id"])}'.`,
    );
  });

  it("do not know what was not to be stored", async () => {
    const [reasoning, call, response] = await think(session, { ...STORED, store: false });
    const again = await session.ask({ ...STORED, store: false, input: [QUESTION, reasoning, call, RESULT] });
    expect(again.status).toBe(404);
    expect(errorOf(again)["message"]).toBe(
      `Item with id '${String(reasoning["id"])}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    );
    const next = await session.ask({ ...STORED, previous_response_id: response["id"], input: [RESULT] });
    expect(errorOf(next)["code"]).toBe("previous_response_not_found");
  });
});
