import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { GatewayError } from "@switchyard/wire";

import {
  createGoogleCredentials,
  type GoogleCredentials,
  type GoogleCredentialSettings,
} from "./google-credentials.ts";

interface TokenRequest {
  path: string;
  body: string;
  authorization: string | undefined;
}

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

let requests: TokenRequest[];
let respond: (request: TokenRequest, response: http.ServerResponse) => void;
let server: http.Server;
let directory: string;
let now: number;

beforeEach(async () => {
  requests = [];
  now = Date.now();
  respond = (_request, response) => giveToken(response, `token-${requests.length}`);
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const seen = {
        path: request.url ?? "",
        body: Buffer.concat(chunks).toString(),
        authorization: request.headers.authorization,
      };
      requests.push(seen);
      respond(seen, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  directory = await mkdtemp(join(tmpdir(), "google-"));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function giveToken(response: http.ServerResponse, token: string, lifetimeSeconds = 3600): void {
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ access_token: token, expires_in: lifetimeSeconds, token_type: "Bearer" }));
}

async function saveKey(content: Record<string, unknown>): Promise<string> {
  const file = join(directory, "key.json");
  await writeFile(file, JSON.stringify(content));
  return file;
}

const serviceAccount = {
  type: "service_account",
  project_id: "p",
  private_key_id: "1",
  private_key: privateKey,
  client_email: "robot@p.iam.gserviceaccount.com",
};

/** The library's fixed token address, answered on loopback. */
function open(settings: Partial<GoogleCredentialSettings>, timeoutMs?: number): GoogleCredentials {
  return createGoogleCredentials(
    { type: "google", project: "p", location: "global", ...settings },
    {
      now: () => now,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      clientOptions: {
        transporterOptions: {
          fetchImplementation: (input: string | URL | Request, init?: RequestInit) =>
            fetch(`${address()}${new URL(input instanceof Request ? input.url : input).pathname}`, init),
        },
      },
    },
  );
}

describe("createGoogleCredentials", () => {
  it("uses a given access token as it is and asks nobody", async () => {
    const credentials = open({ accessToken: { reveal: () => "ya29.given", toJSON: () => "***" } });
    expect(await credentials.headers()).toEqual({ authorization: "Bearer ya29.given" });
    expect(requests).toEqual([]);
  });

  it("asks nobody before the first request", async () => {
    open({ keyFile: await saveKey(serviceAccount) });
    expect(requests).toEqual([]);
  });

  it("trades a service account's signature for a token, once", async () => {
    const credentials = open({ keyFile: await saveKey(serviceAccount) });
    expect(await credentials.headers()).toEqual({ authorization: "Bearer token-1" });
    expect(await credentials.headers()).toEqual({ authorization: "Bearer token-1" });
    expect(requests).toHaveLength(1);
    const claims = new URLSearchParams(requests[0]?.body).get("assertion")?.split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      iss: "robot@p.iam.gserviceaccount.com",
      scope: "https://www.googleapis.com/auth/cloud-platform",
    });
  });

  it("shares one trade between requests that come at once", async () => {
    const credentials = open({ keyFile: await saveKey(serviceAccount) });
    const all = await Promise.all([credentials.headers(), credentials.headers(), credentials.headers()]);
    expect(new Set(all.map((headers) => headers["authorization"]))).toEqual(new Set(["Bearer token-1"]));
    expect(requests).toHaveLength(1);
  });

  it("renews a token in its last minutes without keeping the request waiting", async () => {
    respond = (_request, response) =>
      giveToken(response, `token-${requests.length}`, requests.length === 1 ? 200 : 3600);
    const credentials = open({ keyFile: await saveKey(serviceAccount) });
    await credentials.headers();
    expect(await credentials.headers()).toEqual({ authorization: "Bearer token-1" });
    await expect(
      eventually(async () => (await credentials.headers())["authorization"] === "Bearer token-2"),
    ).resolves.toBe(true);
    expect(requests).toHaveLength(2);
  });

  it("waits for the new token when the old one is about to expire", async () => {
    respond = (_request, response) =>
      giveToken(response, `token-${requests.length}`, requests.length === 1 ? 20 : 3600);
    const credentials = open({ keyFile: await saveKey(serviceAccount) });
    await credentials.headers();
    expect(await credentials.headers()).toEqual({ authorization: "Bearer token-2" });
  });

  it("fetches a new token after the upstream refused the old one", async () => {
    const credentials = open({ keyFile: await saveKey(serviceAccount) });
    await credentials.headers();
    credentials.invalidate();
    expect(await credentials.headers()).toEqual({ authorization: "Bearer token-2" });
  });

  it("bills the quota project that the credentials name", async () => {
    const keyFile = await saveKey({ ...serviceAccount, quota_project_id: "payer" });
    expect(await open({ keyFile }).headers()).toMatchObject({ "x-goog-user-project": "payer" });
  });

  it("impersonates a service account", async () => {
    const target = "robot@p.iam.gserviceaccount.com";
    const keyFile = await saveKey({
      type: "impersonated_service_account",
      service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
      source_credentials: { type: "authorized_user", client_id: "c", client_secret: "s", refresh_token: "r" },
    });
    respond = ({ path }, response) => {
      if (path === "/token") return giveToken(response, "person");
      const expireTime = new Date(now + 3_600_000).toISOString();
      return void response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ accessToken: "robot", expireTime }));
    };
    expect(await open({ keyFile }).headers()).toEqual({ authorization: "Bearer robot" });
    expect(requests.map(({ path }) => path)).toEqual([
      "/token",
      `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
    ]);
    expect(requests[1]?.authorization).toBe("Bearer person");
  });

  it("takes a person's own login", async () => {
    const keyFile = await saveKey({ type: "authorized_user", client_id: "c", client_secret: "s", refresh_token: "r" });
    expect(await open({ keyFile }).headers()).toEqual({ authorization: "Bearer token-1" });
    expect(new URLSearchParams(requests[0]?.body).get("refresh_token")).toBe("r");
  });

  it("names refused credentials, and neither the assertion nor the key", async () => {
    respond = (_request, response) =>
      void response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ error: "invalid_grant", error_description: "Invalid JWT Signature." }));
    const error = await failure(open({ keyFile: await saveKey(serviceAccount) }));
    expect(error).toMatchObject({ failure: "auth", status: 503 });
    expect(error.message).toContain("invalid_grant: Invalid JWT Signature.");
    expect(error.message).toContain("GOOGLE_APPLICATION_CREDENTIALS");
    expect(JSON.stringify([error.message, error.cause])).not.toMatch(/PRIVATE KEY|assertion/);
  });

  it("names a key file that is not there", async () => {
    const keyFile = join(directory, "missing.json");
    const error = await failure(open({ keyFile }));
    expect(error).toMatchObject({ failure: "auth" });
    expect(error.message).toContain(keyFile);
  });

  it("names a key file that holds no credentials", async () => {
    expect(await failure(open({ keyFile: await saveKey({ type: "service_account" }) }))).toMatchObject({
      failure: "auth",
    });
  });

  it("says when Google cannot be reached, which is nobody's credential", async () => {
    const keyFile = await saveKey(serviceAccount);
    const credentials = createGoogleCredentials(
      { type: "google", project: "p", location: "global", keyFile },
      {
        clientOptions: {
          transporterOptions: {
            fetchImplementation: () => Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })),
          },
        },
      },
    );
    expect(await failure(credentials)).toMatchObject({ failure: "network", status: 502 });
  });

  it("does not wait for ever", async () => {
    respond = () => {};
    expect(await failure(open({ keyFile: await saveKey(serviceAccount) }, 50))).toMatchObject({ failure: "timeout" });
  });

  it("tries again after a failure", async () => {
    const keyFile = await saveKey(serviceAccount);
    const credentials = open({ keyFile });
    const give = respond;
    respond = (_request, response) => void response.writeHead(401).end("{}");
    await failure(credentials);
    respond = give;
    expect(await credentials.headers()).toHaveProperty("authorization");
  });
});

async function failure(credentials: GoogleCredentials): Promise<GatewayError> {
  return await credentials.headers().then(
    () => {
      throw new Error("it did not fail");
    },
    (error: GatewayError) => error,
  );
}

async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
