import { describe, expect, it } from "@jest/globals";
import { chooseServices, UnknownServiceError } from "./choose-services.ts";
import type { MeshService } from "./service-list.ts";

const service = (name: string, ...providers: string[]): MeshService => ({
  name,
  entry: `services/${name}/src/main.ts`,
  host: "127.0.0.1",
  ports: (providers.length > 0 ? providers : [name]).map((provider) => ({ name: provider, port: 1, variable: "X" })),
});
const ALL = [service("gateway"), service("cost-worker"), service("openai-compatible", "openai", "deepseek")];
const chosen = (...only: string[]) => chooseServices(ALL, only).map(({ name }) => name);

describe("services that are named", () => {
  it("are taken in the order of the mesh, each once", () => {
    expect(chosen("cost-worker", "gateway", "cost-worker")).toEqual(["gateway", "cost-worker"]);
  });

  it("may be named by a provider that they serve", () => {
    expect(chosen("deepseek")).toEqual(["openai-compatible"]);
  });

  it.each([
    [["gateway", "costs", "ledger"], "There is no service costs, ledger."],
    [[], "No service is named."],
  ])("cannot be %j", (only, problem) => {
    expect(() => chooseServices(ALL, only)).toThrow(UnknownServiceError);
    expect(() => chooseServices(ALL, only)).toThrow(
      `${problem} Name some of: gateway, cost-worker, openai-compatible, openai, deepseek.`,
    );
  });
});
