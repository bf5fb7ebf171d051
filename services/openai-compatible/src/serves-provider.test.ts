import { describe, expect, it } from "@jest/globals";
import { createProviderSettings } from "@switchyard/provider-kit/testing";

import { createServesProvider } from "./serves-provider.ts";

const providers = [
  createProviderSettings({ kind: "anthropic" }),
  createProviderSettings({ kind: "openai" }),
  createProviderSettings({ kind: "azure", name: "azure-eu" }),
  createProviderSettings({ kind: "openai-compatible", name: "house" }),
];

function served(...args: string[]): string[] {
  return providers.filter(createServesProvider(args)).map(({ name }) => name);
}

describe("createServesProvider", () => {
  it("serves every provider of its kinds", () => {
    expect(served()).toEqual(["openai", "azure-eu", "house"]);
  });

  it("serves those alone that --only names", () => {
    expect(served("--only", "house")).toEqual(["house"]);
    expect(served("--only=azure-eu", "--only", "openai")).toEqual(["openai", "azure-eu"]);
  });

  it("serves no provider of another service, even by name", () => {
    expect(served("--only", "anthropic")).toEqual([]);
  });

  it.each([[["--only"]], [["--only="]], [["--olny", "house"]], [["house"]], [["--only", ""]]])("refuses %j", (args) => {
    expect(() => createServesProvider(args)).toThrow("--only <name of a provider>");
  });
});
