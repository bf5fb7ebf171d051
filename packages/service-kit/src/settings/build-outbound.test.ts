import { describe, expect, it } from "@jest/globals";

import { cleanUpAfterEach, problemsOf } from "./load.fixture.ts";
import { loadSettings } from "./load-settings.ts";

cleanUpAfterEach();

function outboundOf(env: Record<string, string>) {
  return loadSettings({ cwd: "/nonexistent", env }).outbound;
}

describe("the way out", () => {
  it("is direct where nothing is set", () => {
    expect(outboundOf({})).toBeUndefined();
  });

  it("takes proxies in either spelling, upper case first", () => {
    const lower = outboundOf({ https_proxy: "http://lower:1", NO_PROXY: "a,b" });
    expect([lower?.httpsProxy?.reveal(), lower?.noProxy]).toEqual(["http://lower:1", "a,b"]);
    const both = outboundOf({ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1", HTTP_PROXY: "http://p:2" });
    expect([both?.httpsProxy?.reveal(), both?.httpProxy?.reveal()]).toEqual(["http://upper:1", "http://p:2"]);
  });

  it("takes a proxy without its scheme for one of http", () => {
    expect(outboundOf({ HTTPS_PROXY: "me:hunter2@proxy:3128" })?.httpsProxy?.reveal()).toBe(
      "http://me:hunter2@proxy:3128",
    );
  });

  it("shows no proxy in JSON, for it may hold a password", () => {
    const outbound = outboundOf({ HTTPS_PROXY: "http://me:hunter2@proxy:1", http_proxy: "http://me:hunter2@proxy:1" });
    expect(JSON.stringify(outbound)).toBe('{"httpsProxy":"***","httpProxy":"***"}');
  });

  it.each(["socks5://me:hunter2@proxy:1", "http://me:hunter2@", "http://me:hunter2@h:port"])(
    "refuses what is no address of a proxy, and does not repeat it",
    (address) => {
      const problems = problemsOf({ env: { HTTPS_PROXY: address } });
      expect(problems).toEqual([expect.objectContaining({ path: "HTTPS_PROXY" })]);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    },
  );

  it("takes a file of certificates", () => {
    expect(outboundOf({ SWITCHYARD_CA_FILE: "/etc/ca.pem" })).toEqual({ extraCaFile: "/etc/ca.pem" });
  });
});
