import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import process from "node:process";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readArguments } from "./read-arguments.ts";
import { SIMULATOR_KINDS } from "./start-simulator.ts";

type Child = ChildProcessByStdio<null, Readable, Readable>;

const children: Child[] = [];

function launch(...args: string[]): Child {
  const child = spawn(process.execPath, [path.join(__dirname, "main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function readUrls(child: Child): Promise<Record<string, string>> {
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return (JSON.parse(line) as { urls: Record<string, string> }).urls;
}

const BODY = JSON.stringify({
  model: "claude-opus-5",
  max_tokens: 100,
  messages: [{ role: "user", content: "hello?" }],
});
const HEADERS = { "x-api-key": "k", "anthropic-version": "2023-06-01", "content-type": "application/json" };

describe("the entry of the simulators", () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  it("starts every kind for the demonstration, tells their URLs in one line, and ends on SIGTERM", async () => {
    const child = launch("--demo");
    const urls = await readUrls(child);
    expect(Object.keys(urls).toSorted()).toEqual([...SIMULATOR_KINDS].toSorted());
    const answer = await fetch(`${urls["anthropic"]}/v1/messages`, { method: "POST", headers: HEADERS, body: BODY });
    expect(await answer.text()).toContain("no model was asked");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("takes a plan, fixed answers and credentials as JSON", async () => {
    const config = {
      simulators: [
        { kind: "anthropic", fixed: { blocks: [{ type: "text", text: "fixed words" }] } },
        { kind: "vertex", brain: { name: "agent", plan: { steps: [{ text: "planned words" }] } } },
        { kind: "openrouter", credentials: ["only-this"] },
      ],
    };
    const urls = await readUrls(launch("--config", JSON.stringify(config)));
    const answer = await fetch(`${urls["anthropic"]}/v1/messages`, {
      method: "POST",
      headers: HEADERS,
      body: "no JSON at all",
    });
    expect(await answer.text()).toContain("fixed words");
    const refused = await fetch(`${urls["openrouter"]}/api/v1/messages`, {
      method: "POST",
      headers: HEADERS,
      body: BODY,
    });
    expect(refused.status).toBe(401);
  });

  it.each([
    [["--kind", "unheard-of"], /Invalid option/],
    [[], /name what to simulate/],
    [["--config", "/no/such/file.json"], /ENOENT/],
    [
      ["--config", '{"simulators":[{"kind":"vertex","brain":{"name":"none"}}]}'],
      /no brain named none; there are: demo, agent/,
    ],
  ])("says what is wrong with %j and fails", async (args, message) => {
    const child = launch(...args);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    expect(await once(child, "close")).toEqual([1, null]);
    expect(errors).toMatch(message);
  });
});

describe("the command line", () => {
  it("gives hosts and ports to the kinds that are named", () => {
    const wishes = readArguments([
      "--kind",
      "openai",
      "--kind",
      "vertex",
      "--host",
      "0.0.0.0",
      "--ports",
      '{"vertex":9102}',
    ]);
    expect(wishes).toEqual([
      { kind: "openai", options: { host: "0.0.0.0" } },
      { kind: "vertex", options: { host: "0.0.0.0", port: 9102 } },
    ]);
  });

  it.each([
    ["a port that is none", ["--kind", "openai", "--ports", '{"openai":70000}']],
    ["a port of a kind that there is not", ["--kind", "openai", "--ports", '{"other":1}']],
    ["an unknown flag", ["--kind", "openai", "--colour"]],
    ["an unknown field of the configuration", ["--config", '{"simulators":[{"kind":"openai","colour":1}]}']],
  ])("refuses %s", (_fact, args) => {
    expect(() => readArguments(args)).toThrow();
  });
});
