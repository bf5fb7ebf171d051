import { describe, expect, it } from "@jest/globals";
import { FAILURE_NAMES, type FailureName } from "@switchyard/wire";

import { modelInfo } from "../testing/fake-service.ts";
import type { AttemptFailure } from "./attempt.ts";
import { explainLoss, type Loss } from "./explain-loss.ts";
import { FAILURE_RULES } from "./failure-rules.ts";

function tried(name: FailureName, more: Partial<AttemptFailure> & { asked?: boolean; provider?: string } = {}): Loss {
  const { asked = true, provider = "one", ...failure } = more;
  return {
    candidate: { provider, model: modelInfo("claude-test"), group: "requested" },
    asked,
    failure: {
      name,
      status: 500,
      type: "api_error",
      message: `it was ${name}`,
      headers: {},
      clientCredential: false,
      ...failure,
    },
  };
}

function explain(...list: Loss[]) {
  const { error, kind } = explainLoss(list, (provider) => (provider === "one" ? ["ONE_KEY"] : []));
  const { status, type, message, headers } = error;
  return { kind, status, type, message, retryAfter: headers["retry-after"] };
}

describe("explainLoss", () => {
  it("never shows a status that tells of our own credential, whatever else was tried", () => {
    for (const name of FAILURE_NAMES) {
      for (const ours of ["auth", "billing"] as const) {
        const said = explain(
          tried(ours, { status: 401, type: "authentication_error" }),
          tried(name, { provider: "two" }),
        );
        expect([401, 402, 403]).not.toContain(said.status);
      }
    }
    expect(explain(tried("auth", { status: 401 }))).toMatchObject({ status: 503, type: "api_error" });
    expect(explain(tried("auth", { status: 401 })).message).toContain("check ONE_KEY");
    expect(explain(tried("billing", { status: 402, provider: "two" })).message).toContain(
      "check the credential of two",
    );
  });

  it("tells everybody who was tried in one sentence, whose parts may have been sentences", () => {
    const { message } = explain(
      tried("network", { message: "http://127.0.0.1:8083 refused the connection." }),
      tried("network", { provider: "two", message: "http://127.0.0.1:8081 refused the connection." }),
    );
    expect(message).toMatch(
      / Tried: claude-test on one: network: http:\/\/127\.0\.0\.1:8083 refused the connection; claude-test on two: network: http:\/\/127\.0\.0\.1:8081 refused the connection\.$/,
    );
  });

  it("says limits before overload before what must be repaired, with the earliest recovery", () => {
    const limits = [
      tried("throttled", { retryAfterSeconds: 30 }),
      tried("throttled", { retryAfterSeconds: 7.2, asked: false }),
    ];
    expect(explain(tried("overloaded", { status: 529 }), ...limits, tried("auth"))).toMatchObject({
      status: 429,
      type: "rate_limit_error",
      retryAfter: "8",
    });
    expect(explain(tried("network"), tried("overloaded", { status: 529 }), tried("auth"))).toMatchObject({
      status: 529,
      type: "overloaded_error",
    });
    expect(explain(tried("timeout"), tried("auth"))).toMatchObject({ status: 504, type: "timeout_error" });
    expect(explain(tried("network"), tried("unconfigured"))).toMatchObject({ status: 502, type: "api_error" });
  });

  it("puts the request's own fault first, in the upstream's words", () => {
    const raw = { status: 400, contentType: "application/json", body: Buffer.from("{}") };
    const tooLong = tried("context-too-long", { status: 400, type: "invalid_request_error", raw });
    expect(explain(tried("throttled", { retryAfterSeconds: 9 }), tooLong)).toMatchObject({ kind: "raw", status: 400 });
    expect(explain(tried("capability", { status: 400, raw }), tried("auth"))).toMatchObject({
      kind: "raw",
      status: 400,
    });
    expect(explain(tried("capability", { status: 400, raw }), tried("overloaded", { status: 529 }))).toMatchObject({
      status: 529,
    });
  });

  it("tells the story of everything that was tried", () => {
    const { message } = explain(tried("network"), tried("throttled", { provider: "two", asked: false }));
    expect(message).toContain(
      "claude-test on one: network: it was network; claude-test on two: not asked: throttled: it was throttled",
    );
  });

  it("says so when there was no time to try anybody", () => {
    expect(explain()).toMatchObject({ status: 504, type: "timeout_error" });
  });
});

describe("FAILURE_RULES", () => {
  it("has a row for every name, and rests only where a failure tells of more than one request", () => {
    expect(Object.keys(FAILURE_RULES).toSorted()).toEqual([...FAILURE_NAMES].toSorted());
    for (const name of ["bad-request", "content-policy", "capability", "overloaded"] as const) {
      expect(FAILURE_RULES[name].rest).toBeUndefined();
    }
    for (const [, rule] of Object.entries(FAILURE_RULES)) if (rule.retry) expect(rule.mayPass).toBe(true);
  });
});
