import { describe, expect, it } from "@jest/globals";

import { loadSettings } from "./load-settings.ts";

function outboundOf(env: Record<string, string>) {
  return loadSettings({ cwd: "/nonexistent", env }).outbound;
}

describe("the way out", () => {
  it("is direct where nothing is set", () => {
    expect(outboundOf({})).toBeUndefined();
  });

  it("takes proxies in either spelling, upper case first", () => {
    expect(outboundOf({ https_proxy: "http://lower:1", NO_PROXY: "a,b" })).toEqual({
      httpsProxy: "http://lower:1",
      noProxy: "a,b",
    });
    expect(outboundOf({ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1" })).toEqual({
      httpsProxy: "http://upper:1",
    });
  });

  it("takes a file of certificates", () => {
    expect(outboundOf({ SWITCHYARD_CA_FILE: "/etc/ca.pem" })).toEqual({ extraCaFile: "/etc/ca.pem" });
  });
});
