import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

const SERVICES = fileURLToPath(new URL("../../../services", import.meta.url));

/** Services that serve no provider. */
const OTHERS = new Set(["gateway", "cost-worker"]);

const providers = readdirSync(SERVICES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !OTHERS.has(entry.name))
  .map(({ name }) => name);

function filesOf(service: string): string[] {
  return readdirSync(join(SERVICES, service, "src"), { recursive: true, encoding: "utf8" }).map((file) =>
    file.replaceAll("\\", "/"),
  );
}

function read(service: string, file: string): string {
  return readFileSync(join(SERVICES, service, "src", file), "utf8");
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, target = ""]) => target);
}

describe("the services of providers", () => {
  it("are the five kinds that there are", () => {
    expect(providers.toSorted()).toEqual(["anthropic", "github-models", "openai-compatible", "openrouter", "vertex"]);
  });
});

describe.each(providers)("services/%s", (service) => {
  const files = filesOf(service);

  it("has the files that every provider has", () => {
    const expected = ["index.ts", "main.ts", `${service}-provider.ts`, "conformance.test.ts", "dialect.test.ts"];
    expect(expected.filter((file) => !files.includes(file))).toEqual([]);
  });

  it("exports one function that makes its provider", () => {
    const created = [...read(service, `${service}-provider.ts`).matchAll(/export function (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(created).toHaveLength(1);
    expect(created[0]).toMatch(/^create\w+Provider$/);
    expect(read(service, "index.ts")).toContain(`"./${service}-provider.ts"`);
    expect(read(service, "main.ts")).toContain(created[0] ?? "");
  });

  it("starts under its own name, by the shell that all share", () => {
    const main = read(service, "main.ts");
    expect(main).toContain(`runService("${service}"`);
    expect(main).toContain("startProviders");
  });

  it("runs the conformance suite and dialect cases of its own", () => {
    expect(read(service, "conformance.test.ts")).toContain("describeProviderConformance(");
    const cases = files.filter((file) => file.endsWith(".test.ts")).map((file) => read(service, file));
    expect(cases.join("\n").match(/^ +it(\.each|_)?\(/gm)?.length ?? 0).toBeGreaterThanOrEqual(5);
  });

  it("imports no other service, and nothing of the shell's inner parts", () => {
    const targets = files.filter((file) => file.endsWith(".ts")).flatMap((file) => importsOf(read(service, file)));
    const foreign = targets.filter(
      (target) =>
        target.includes("services/") ||
        (target.includes("@switchyard/service-") && !target.startsWith("@switchyard/service-kit")),
    );
    expect(foreign).toEqual([]);
    expect(targets.filter((target) => target.startsWith("../../"))).toEqual([]);
  });

  it("reads no environment: that is the settings' business", () => {
    const sources = files.filter((file) => file.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(file));
    expect(sources.filter((file) => read(service, file).includes("process.env"))).toEqual([]);
  });
});
