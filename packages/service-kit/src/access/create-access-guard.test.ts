import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { describe, expect, it } from "@jest/globals";
import type { GatewayError } from "@switchyard/wire";

import type { Secret } from "../settings/settings.ts";
import { type AccessSettings, createAccessGuard } from "./create-access-guard.ts";

const secret = (value: string): Secret => ({ reveal: () => value, toJSON: () => "***" });

const CLOSED: AccessSettings = {
  clientKeys: [secret("client-key")],
  innerToken: secret("inner-token"),
  adminToken: secret("admin-token"),
  allowedHosts: [],
  allowedOrigins: [],
};

const OPEN: AccessSettings = { clientKeys: [], allowedHosts: [], allowedOrigins: [] };

interface Call {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  from?: string;
}

function request({ method = "POST", url = "/v1/messages", headers = {}, from = "127.0.0.1" }: Call): IncomingMessage {
  const all = { host: "localhost:8080", "content-type": "application/json", ...headers };
  return { method, url, headers: all, socket: { remoteAddress: from } } as unknown as IncomingMessage;
}

/** Status of the refusal, or the caller's kind. */
function ask(settings: AccessSettings, call: Call): number | string {
  const guard = createAccessGuard(() => settings);
  const incoming = request(call);
  const caller = guard.identify(incoming);
  try {
    guard.check(incoming, caller);
    return caller.kind;
  } catch (error) {
    return (error as GatewayError).status;
  }
}

describe("access without keys", () => {
  it("lets this machine in", () => {
    expect(ask(OPEN, {})).toBe("anonymous");
    expect(ask(OPEN, { from: "::1", headers: { host: "[::1]:8080" } })).toBe("anonymous");
    expect(ask(OPEN, { from: "::ffff:127.0.0.1" })).toBe("anonymous");
  });

  it("turns every other machine away, and names the setting", () => {
    const guard = createAccessGuard(() => OPEN);
    const incoming = request({ from: "192.168.1.5" });
    expect(() => guard.check(incoming, guard.identify(incoming))).toThrow(/SWITCHYARD_CLIENT_KEY/);
    expect(ask(OPEN, { from: "192.168.1.5" })).toBe(401);
  });

  it("takes callers from anywhere only where something before it decides, and never to the admin area", () => {
    const behind = { ...OPEN, openToNetwork: true };
    expect(ask(behind, { from: "172.18.0.3" })).toBe("anonymous");
    expect(ask(behind, { from: "172.18.0.3", url: "/admin/route" })).toBe(401);
  });

  it("opens the admin area to this machine only", () => {
    expect(ask(OPEN, { url: "/admin/route" })).toBe("anonymous");
    expect(ask(OPEN, { url: "/api/stats", method: "GET", from: "10.0.0.7" })).toBe(401);
  });

  it("shows the dashboard's page, which holds no data, to whoever gets here by an allowed name", () => {
    const page = { url: "/dashboard/assets/x.js", method: "GET", from: "10.0.0.7" };
    for (const settings of [OPEN, CLOSED]) {
      expect(ask(settings, page)).toBe("anonymous");
      expect(ask(settings, { ...page, method: "HEAD", url: "/DASHBOARD" })).toBe("anonymous");
      expect(ask(settings, { ...page, method: "POST" })).toBe(401);
      expect(ask(settings, { ...page, url: "/dashboards" })).toBe(401);
      expect(ask(settings, { ...page, headers: { host: "evil.example" } })).toBe(403);
      expect(ask(settings, { ...page, headers: { origin: "https://evil.example" } })).toBe(403);
    }
    expect(ask(CLOSED, { ...page, headers: { host: "evil.example", "x-api-key": "client-key" } })).toBe(403);
  });
});

describe("a client that is gone before it is looked at", () => {
  it("is turned away, and nobody is told to set a key for its sake", () => {
    const guard = createAccessGuard(() => OPEN);
    const incoming = request({});
    Object.assign(incoming, { socket: {} });
    expect(() => guard.check(incoming, guard.identify(incoming))).toThrow("The client left at once.");
  });
});

describe("access with keys", () => {
  it.each([
    { "x-api-key": "client-key" },
    { authorization: "Bearer client-key" },
    { authorization: "bearer client-key" },
    { "x-switchyard-key": "client-key", authorization: "Bearer the-clients-own-token" },
  ])("knows the client by %j", (headers) => {
    expect(ask(CLOSED, { headers, from: "10.0.0.7" })).toBe("client");
  });

  it.each([{}, { "x-api-key": "" }, { "x-api-key": "client-keys" }, { authorization: "Basic client-key" }])(
    "answers 401 to %j, on this machine too",
    (headers) => {
      expect(ask(CLOSED, { headers })).toBe(401);
    },
  );

  it("tells a client without a key from one with a wrong key, in the words that the Messages API begins with", () => {
    const guard = createAccessGuard(() => CLOSED);
    const refusal = (headers: Record<string, string>) => () => {
      const incoming = request({ headers });
      guard.check(incoming, guard.identify(incoming));
    };
    // After the first "keys create" whoever had worked without a key read "invalid x-api-key", and had shown none.
    expect(refusal({})).toThrow(
      'invalid x-api-key: clients need a key here, and none was shown. SWITCHYARD_CLIENT_KEY sets one, "keys create" makes one.',
    );
    expect(refusal({ "x-api-key": "switchyard" })).toThrow(
      "invalid x-api-key: what was shown is no client key of this place. ",
    );
  });

  it("takes a valid key under any host name", () => {
    expect(ask(CLOSED, { headers: { host: "gateway.internal:8080", "x-api-key": "client-key" } })).toBe("client");
  });

  it("does not take the client's key for the admin area", () => {
    expect(ask(CLOSED, { url: "/admin/route", headers: { "x-api-key": "client-key" } })).toBe(401);
    expect(ask(CLOSED, { url: "/admin/route", headers: { authorization: "Bearer admin-token" } })).toBe("anonymous");
  });

  it("does not take the client's key for the admin area when the request line holds a whole URL", () => {
    expect(ask(CLOSED, { url: "http://x/admin/route", headers: { "x-api-key": "client-key" } })).toBe(401);
    expect(ask(CLOSED, { url: "/ADMIN/route", headers: { "x-api-key": "client-key" } })).toBe(401);
  });

  it("reads replaced settings at the next request", () => {
    let settings = CLOSED;
    const guard = createAccessGuard(() => settings);
    const kind = () => guard.identify(request({ headers: { "x-api-key": "second" } })).kind;
    expect(kind()).toBe("anonymous");
    settings = { ...CLOSED, clientKeys: [secret("second")] };
    expect(kind()).toBe("client");
  });
});

const digestOf = (key: string) => createHash("sha256").update(key).digest("hex");

describe("access with a register of keys", () => {
  const known = new Map<string, { id: string; refused?: string }>([
    [digestOf("laptop-key"), { id: "laptop" }],
    [digestOf("nightly-key"), { id: "nightly", refused: "This key was revoked." }],
  ]);
  const registered = (more: Partial<AccessSettings> = {}): AccessSettings => ({
    ...OPEN,
    register: { hasKeys: known.size > 0, find: (digest) => known.get(digest) },
    ...more,
  });
  const identify = (headers: Record<string, string>) =>
    createAccessGuard(() => registered()).identify(request({ headers }));

  it.each([
    { "x-api-key": "laptop-key" },
    { authorization: "Bearer laptop-key" },
    { "x-switchyard-key": "laptop-key", authorization: "Bearer the-clients-own-token" },
    { "x-switchyard-key": "nightly-key", "x-api-key": "laptop-key" },
  ])("knows whose key it is by %j", (headers) => {
    expect(identify(headers)).toEqual({ kind: "client", client: "laptop", admin: false });
    expect(ask(registered(), { headers, from: "10.0.0.7" })).toBe("client");
  });

  it.each([{}, { "x-api-key": "laptop" }, { "x-api-key": digestOf("laptop-key") }])(
    "answers 401 to %j, on this machine too",
    (headers) => {
      expect(ask(registered(), { headers })).toBe(401);
      expect(ask(registered({ openToNetwork: true }), { headers, from: "10.0.0.7" })).toBe(401);
    },
  );

  it("says of a key that was valid why it is not any more", () => {
    const guard = createAccessGuard(() => registered());
    const incoming = request({ headers: { "x-api-key": "nightly-key" } });
    expect(() => guard.check(incoming, guard.identify(incoming))).toThrow("This key was revoked.");
    expect(ask(registered(), { headers: { "x-api-key": "nightly-key" } })).toBe(401);
  });

  it("lets this machine in without a key while there is none at all", () => {
    const empty = registered({ register: { hasKeys: false, find: () => undefined } });
    expect(ask(empty, {})).toBe("anonymous");
    expect(ask(empty, { from: "10.0.0.7" })).toBe(401);
  });

  it("takes the keys of the settings as before", () => {
    const both = registered({ clientKeys: [secret("client-key")] });
    expect(ask(both, { headers: { "x-api-key": "client-key" } })).toBe("client");
    expect(ask(both, { headers: { "x-api-key": "laptop-key" } })).toBe("client");
    expect(ask(both, { headers: { "x-api-key": "nobodys-key" } })).toBe(401);
  });

  it("does not open the admin area, and does not stand in its way", () => {
    const headers = { "x-api-key": "laptop-key" };
    expect(ask(registered({ adminToken: secret("t") }), { url: "/admin/route", headers })).toBe(401);
    expect(ask(registered(), { url: "/admin/route" })).toBe("anonymous");
  });
});

describe("the inner token", () => {
  const inner = { "x-switchyard-inner-token": "inner-token", "x-switchyard-model": "m", host: "vertex:8081" };

  it("opens the API by service name, and keeps the inner headers", () => {
    const guard = createAccessGuard(() => CLOSED);
    const incoming = request({ headers: inner, from: "172.18.0.3" });
    const caller = guard.identify(incoming);
    guard.check(incoming, caller);
    expect(caller.kind).toBe("inner");
    expect(incoming.headers["x-switchyard-model"]).toBe("m");
  });

  it("takes the inner headers away from a caller with a wrong token", () => {
    const guard = createAccessGuard(() => CLOSED);
    const incoming = request({ headers: { ...inner, "x-switchyard-inner-token": "wrong", "x-api-key": "client-key" } });
    expect(guard.identify(incoming).kind).toBe("client");
    expect(incoming.headers["x-switchyard-model"]).toBeUndefined();
    expect(incoming.headers["x-switchyard-inner-token"]).toBeUndefined();
  });

  it("takes them away where no inner token is configured", () => {
    const guard = createAccessGuard(() => OPEN);
    const incoming = request({ headers: inner });
    expect(guard.identify(incoming).kind).toBe("anonymous");
    expect(incoming.headers["x-switchyard-model"]).toBeUndefined();
  });
});

describe("what a web page in the user's browser could try", () => {
  it("refuses a cross-site POST, with a valid key too", () => {
    const headers = { origin: "https://evil.example", "x-api-key": "client-key" };
    expect(ask(CLOSED, { headers })).toBe(403);
    expect(ask(OPEN, { headers: { origin: "https://evil.example" } })).toBe(403);
    expect(ask(OPEN, { headers: { origin: "null" } })).toBe(403);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"])(
    "refuses a POST of type %j, which needs no permission from the browser",
    (type) => {
      expect(ask(OPEN, { headers: { "content-type": type } })).toBe(415);
    },
  );

  it("takes JSON with a character set", () => {
    expect(ask(OPEN, { headers: { "content-type": "application/json; charset=utf-8" } })).toBe("anonymous");
  });

  it("refuses DNS rebinding: a foreign host name that points to this machine", () => {
    expect(ask(OPEN, { headers: { host: "evil.example:8080" } })).toBe(403);
    expect(ask(OPEN, { headers: { host: "localhost.evil.example" } })).toBe(403);
    expect(ask(OPEN, { headers: { host: "evil.example", origin: "http://evil.example" } })).toBe(403);
    expect(ask(CLOSED, { url: "/admin/x", headers: { host: "evil.example", "x-api-key": "admin-token" } })).toBe(403);
  });

  it("refuses what a page of another site loads without an origin", () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect(ask(OPEN, { method: "GET", url: "/stats", headers })).toBe(403);
  });

  it("lets a link from another page open the dashboard", () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(ask(OPEN, { method: "GET", url: "/dashboard", headers })).toBe("anonymous");
  });

  it("lets its own pages call, and those of allowed origins", () => {
    expect(ask(OPEN, { url: "/api/stats", headers: { origin: "http://localhost:8080" } })).toBe("anonymous");
    expect(ask(OPEN, { url: "/api/stats", headers: { origin: "http://localhost:9999" } })).toBe(403);
    const allowing = { ...OPEN, allowedOrigins: ["https://tools.example"] };
    expect(ask(allowing, { headers: { origin: "https://tools.example" } })).toBe("anonymous");
  });

  it("takes configured host names, with and without wildcard", () => {
    const named = { ...OPEN, allowedHosts: ["mesh.example", "*.lan"] };
    expect(ask(named, { headers: { host: "mesh.example:8080" } })).toBe("anonymous");
    expect(ask(named, { headers: { host: "box.lan" } })).toBe("anonymous");
    expect(ask(named, { headers: { host: "other.example" } })).toBe(403);
  });
});

describe("probes and scrapes", () => {
  it.each([
    ["a probe by container address", { method: "GET", url: "/health/live", headers: { host: "172.18.0.4:8083" } }],
    ["readiness by container address", { method: "GET", url: "/health/ready", headers: { host: "172.18.0.4:8083" } }],
    ["a scrape by service name", { method: "GET", url: "/metrics", headers: { host: "vertex:8081" } }],
    ["the client's probe", { method: "HEAD", url: "/", headers: { host: "gw" } }],
    ["the client's other probe", { method: "HEAD", url: "/api/hello", headers: { host: "gw" } }],
  ])("lets in %s, without a key, from another machine", (_name, call) => {
    expect(ask(CLOSED, { ...call, from: "172.18.0.9" })).toBe("anonymous");
  });
});
