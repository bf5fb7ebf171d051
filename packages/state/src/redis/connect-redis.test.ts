import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { freePort, type RedisProcess, startRedisProcess, waitUntil, whyNoRedis } from "../testing/index.ts";
import { connectRedis } from "./connect-redis.ts";

function whyNoTls(): string | undefined {
  const noRedis = whyNoRedis();
  if (noRedis !== undefined) return noRedis;
  if (spawnSync("openssl", ["version"]).status !== 0) return "no openssl here";
  const help = spawnSync("redis-server", ["--port", "0", "--tls-port", "0"], { encoding: "utf8" });
  return /Bad directive|not built with TLS/i.test(help.stdout + help.stderr)
    ? "this redis-server has no TLS"
    : undefined;
}

const why = whyNoTls();
const title = why === undefined ? "a Redis over TLS" : `a Redis over TLS [skipped: ${why}]`;

(why === undefined ? describe : describe.skip)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-tls-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  let redis: RedisProcess;
  let port: number;

  beforeAll(async () => {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate];
    spawnSync("openssl", [...made, ...subject]);
    port = await freePort();
    const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
    redis = await startRedisProcess({
      port,
      arguments: [
        "--port",
        "0",
        "--tls-port",
        String(port),
        ...files,
        "--tls-auth-clients",
        "no",
        "--requirepass",
        "pw",
      ],
    });
  });
  afterAll(async () => {
    await redis.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is reached by rediss:// with its authority and password", async () => {
    const tls = { ca: readFileSync(certificate) };
    const client = connectRedis({ url: `rediss://:pw@127.0.0.1:${port}`, tls, onError: () => {} });
    await waitUntil(() => client.status === "ready", "it is connected");
    await expect(client.ping()).resolves.toBe("PONG");
    client.disconnect();
  });

  it("is not trusted without its authority, and the failure is heard, not thrown", async () => {
    const errors: Error[] = [];
    const client = connectRedis({ url: `rediss://:pw@127.0.0.1:${port}`, onError: (error) => errors.push(error) });
    await waitUntil(() => errors.length > 0, "the failure is heard");
    expect(String(errors[0])).toMatch(/self.signed/i);
    expect(client.status).not.toBe("ready");
    client.disconnect();
  });
});
