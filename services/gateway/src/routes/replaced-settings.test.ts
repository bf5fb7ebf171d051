import { describe, expect, it } from "@jest/globals";

import { answerText, modelInfo, startFakeService, textStream } from "../testing/fake-service.ts";
import { gatewaySettings, providerSettings } from "../testing/gateway-settings.ts";
import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("settings that are replaced under load", () => {
  it("drop no request: each ends with the settings it began with", async () => {
    const started = await mesh(1);
    const other = await startFakeService("other", [modelInfo("claude-test")]);
    const held: (() => void)[] = [];
    started.services[0]?.answers((response, request) => void held.push(() => answerText("one")(response, request)));
    const before = Array.from({ length: 20 }, () => post(started, { ...MINIMAL, stream: true }));
    const busy = performance.now() + 5000;
    while (held.length < 20 && performance.now() < busy) await new Promise((resolve) => setImmediate(resolve));
    started.holder.replace(gatewaySettings([providerSettings("other", other.url)]));
    const after = Array.from({ length: 20 }, () => post(started, { ...MINIMAL, stream: true }));
    const answered = await Promise.all(after);
    expect(new Set(answered.map(({ text }) => text))).toEqual(new Set([textStream("other")]));
    for (const release of held) release();
    expect(new Set((await Promise.all(before)).map(({ text }) => text))).toEqual(new Set([textStream("one")]));
    other.close();
  });
});
