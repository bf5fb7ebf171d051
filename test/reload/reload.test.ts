import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "@switchyard/simulators";
import { sendMessages, type StreamedAnswer } from "../support/send-messages.ts";
import { startMesh, type TestMesh } from "../support/start-mesh.ts";

const BODY = {
  model: "claude-sonnet-5-5",
  max_tokens: 1024,
  stream: true,
  messages: [{ role: "user", content: "Hello" }],
};
const CLIENTS = 6;

describe("settings of a running mesh", () => {
  let simulator: Simulator;
  let mesh: TestMesh;
  beforeAll(async () => {
    simulator = await startSimulator("anthropic");
    simulator.answerWith(() => ({
      blocks: [{ type: "text", text: "word ".repeat(40) }],
      delivery: { eventDelayMs: 2, deltaCharacters: 10 },
    }));
    mesh = await startMesh({ simulators: { anthropic: simulator.url } });
  }, 120_000);
  afterAll(async () => {
    await mesh.stop();
    await simulator.close();
  });

  it("change in every process under load, and no request is dropped", async () => {
    const over = new AbortController();
    const client = async (): Promise<StreamedAnswer[]> => {
      const answers: StreamedAnswer[] = [];
      while (!over.signal.aborted) answers.push(await sendMessages(mesh.url, BODY));
      return answers;
    };
    const pids = mesh.mesh.services.map(({ pid }) => pid);
    const clients = Array.from({ length: CLIENTS }, client);
    for (const team of ["red", "green", "blue"]) {
      const { status, json } = await change({ name: "anthropic", custom_headers: { "x-team": team } });
      const services = { services_reloaded: ["anthropic", "cost-worker"], services_to_restart: [] };
      expect([status, json]).toMatchObject([200, services]);
      const before = simulator.requests.length;
      await untilMore(simulator, before + 2 * CLIENTS);
      // Whatever began after the change goes by it.
      expect(simulator.requests.slice(before + CLIENTS).map(({ headers }) => headers["x-team"])).toEqual(
        simulator.requests.slice(before + CLIENTS).map(() => team),
      );
    }
    over.abort();
    const answers = (await Promise.all(clients)).flat();
    expect(answers.filter((answer) => !isWhole(answer))).toEqual([]);
    expect(mesh.mesh.services.map(({ pid }) => pid)).toEqual(pids);
  }, 120_000);

  it("stay as they are in all of them when there is a problem in what is new", async () => {
    const { status, json } = await change({ name: "anthropic", port: "eighty" });
    expect([status, JSON.stringify(json)]).toEqual([400, expect.stringContaining("The settings stay as they are.")]);
    await sendMessages(mesh.url, BODY);
    expect(simulator.requests.at(-1)?.headers["x-team"]).toBe("blue");
  });

  async function change(provider: object): Promise<{ status: number; json: unknown }> {
    const answer = await fetch(`${mesh.url}/api/config/providers`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ providers: [provider] }),
    });
    return { status: answer.status, json: await answer.json() };
  }
});

function isWhole({ status, broken, events }: StreamedAnswer): boolean {
  return status === 200 && !broken && events.at(-1)?.type === "message_stop";
}

async function untilMore({ requests }: Simulator, count: number): Promise<void> {
  while (requests.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}
