import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load } from "./load.fixture.ts";

cleanUpAfterEach();

describe("who may reach the gateway without a key", () => {
  it("is this machine alone unless the deployment says that it guards the door", () => {
    expect(load({}).gateway.openToNetwork).toBeUndefined();
    expect(load({ env: { SWITCHYARD_HOST: "0.0.0.0" } }).gateway.openToNetwork).toBeUndefined();
    expect(load({ env: { SWITCHYARD_OPEN_TO_NETWORK: "1" } }).gateway.openToNetwork).toBe(true);
    expect(load({ env: { SWITCHYARD_OPEN_TO_NETWORK: "0" } }).gateway.openToNetwork).toBe(false);
  });

  it("is nothing that a word of another meaning turns on", () => {
    expect(() => load({ env: { SWITCHYARD_OPEN_TO_NETWORK: "front" } })).toThrow("SWITCHYARD_OPEN_TO_NETWORK");
  });
});
