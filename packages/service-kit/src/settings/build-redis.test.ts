import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf } from "./load.fixture.ts";

cleanUpAfterEach();

describe("where replicas share their state", () => {
  it("is nowhere unless told, and its keys have our name", () => {
    const settings = load({});
    expect(settings.redisKeyPrefix).toBe("switchyard:");
    expect(settings).not.toHaveProperty("redisUrl");
    expect(settings).not.toHaveProperty("redisCaFile");
  });

  it.each([
    "redis://127.0.0.1:6379",
    "rediss://user:pass@cache:6380/2",
    "redis+sentinel://a:26379,b:26379/main",
    "redis+cluster://a:7000,b:7001",
    "rediss+cluster://a:7000",
  ])("may be %s", (url) => {
    expect(load({ env: { REDIS_URL: url } }).redisUrl?.reveal()).toBe(url);
    expect(load({ files: { "switchyard.yaml": `redis_url: "${url}"` } }).redisUrl?.reveal()).toBe(url);
  });

  it.each(["127.0.0.1:6379", "http://cache", "redis://a,b", "redis+sentinel://a:1", "redis://cache:99999"])(
    "cannot be %s",
    (url) => {
      expect(problemsOf({ env: { REDIS_URL: url } })).toEqual([expect.objectContaining({ path: "REDIS_URL" })]);
    },
  );

  it("is a problem at the place of its statement that never tells the password", () => {
    const url = "redis://user:hunter2@one,two";
    const inFile = problemsOf({ files: { "switchyard.yaml": `redis_url: "${url}"` } });
    const inSecretFile = problemsOf({ files: { secret: url }, env: { REDIS_URL_FILE: "secret" } });
    const malformed = problemsOf({ env: { REDIS_URL: "redis://user:hunter2%zz@one" } });
    const problems = [inFile, inSecretFile, malformed].flat();
    expect(problems.map(({ path }) => path)).toEqual(["redis_url", "REDIS_URL_FILE", "REDIS_URL"]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("takes a prefix, so that several meshes share one Redis", () => {
    expect(load({ env: { REDIS_KEY_PREFIX: "team-a:" } }).redisKeyPrefix).toBe("team-a:");
    expect(load({ files: { "switchyard.yaml": "redis_key_prefix: team-b" } }).redisKeyPrefix).toBe("team-b");
  });

  it("takes a file of authorities, which has to be there", () => {
    const files = { "ca.pem": "PEM", "switchyard.yaml": "redis_ca_file: ca.pem" };
    expect(load({ files }).redisCaFile).toMatch(/^\/.*\/ca\.pem$/);
    expect(load({ files: { "ca.pem": "PEM" }, env: { REDIS_CA_FILE: "./ca.pem" } }).redisCaFile).toMatch(/ca\.pem$/);
    expect(problemsOf({ env: { REDIS_CA_FILE: "none.pem" } })).toEqual([
      expect.objectContaining({ path: "REDIS_CA_FILE", problem: "there is no file none.pem" }),
    ]);
  });
});
