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

describe("the number of gateways", () => {
  it("is nobody's guess unless it is told", () => {
    expect(load({}).gateway).not.toHaveProperty("replicas");
    expect(load({ env: { GATEWAY_REPLICAS: "4" } }).gateway.replicas).toBe(4);
    expect(load({ files: { "switchyard.yaml": "gateway: { replicas: 3 }" } }).gateway.replicas).toBe(3);
  });

  it("is one at least", () => {
    expect(() => load({ env: { GATEWAY_REPLICAS: "0" } })).toThrow("GATEWAY_REPLICAS");
  });
});
