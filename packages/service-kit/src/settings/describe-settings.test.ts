import { describe, expect, it } from "@jest/globals";
import { describeSettings } from "./describe-settings.ts";
import { cleanUpAfterEach, load } from "./load.fixture.ts";

cleanUpAfterEach();

describe("describeSettings", () => {
  it("says of each provider where it is, whether it is on, and why not", () => {
    const rows = describeSettings(
      load({
        env: {
          OPENROUTER_API_KEY: "secret-key",
          ANTHROPIC_CREDENTIAL: "client",
          OPENAI_API_KEY: "k",
          OPENAI_ENABLED: "no",
        },
      }),
    );
    expect(rows).toEqual([
      {
        name: "anthropic",
        address: "http://127.0.0.1:8083",
        on: true,
        note: "api.anthropic.com, with the client's own credential",
      },
      { name: "vertex", address: "http://127.0.0.1:8081", on: false, note: "set GOOGLE_CLOUD_PROJECT" },
      { name: "openrouter", address: "http://127.0.0.1:8084", on: true, note: "openrouter.ai" },
      { name: "openai", address: "http://127.0.0.1:8085", on: false, note: "switched off by configuration" },
      {
        name: "github-models",
        address: "http://127.0.0.1:8082",
        on: false,
        note: expect.stringContaining("retired on 2026-07-30"),
      },
    ]);
  });

  it("marks what is simulated", () => {
    const rows = describeSettings(load({ env: { SWITCHYARD_SIMULATOR_HOST: "127.0.0.1" } }));
    expect(new Set(rows.map(({ note }) => note))).toEqual(new Set(["simulated"]));
  });
});
