import { describe, expect, it } from "@jest/globals";
import { parseRedisUrl } from "./parse-redis-url.ts";

describe("the URL of Redis", () => {
  it("names one server, with port 6379 and database 0 unless told otherwise", () => {
    expect(parseRedisUrl("redis://cache")).toEqual({
      kind: "standalone",
      hosts: [{ host: "cache", port: 6379 }],
      tls: false,
      database: 0,
    });
    expect(parseRedisUrl("redis://127.0.0.1:7000/3")).toMatchObject({
      hosts: [{ host: "127.0.0.1", port: 7000 }],
      database: 3,
    });
    expect(parseRedisUrl("redis://[::1]:7000/")).toMatchObject({ hosts: [{ host: "::1", port: 7000 }] });
  });

  it("speaks TLS where its scheme ends in a second s", () => {
    expect(parseRedisUrl("rediss://cache:6380").tls).toBe(true);
    expect(parseRedisUrl("rediss+cluster://cache:6380")).toMatchObject({ tls: true, kind: "cluster" });
  });

  it("carries percent-encoded credentials", () => {
    expect(parseRedisUrl("redis://gate:p%40ss%2Fword@cache")).toMatchObject({
      username: "gate",
      password: "p@ss/word",
    });
    const alone = parseRedisUrl("redis://:secret@cache");
    expect(alone.password).toBe("secret");
    expect(alone.username).toBeUndefined();
  });

  it("names sentinels and their master", () => {
    expect(parseRedisUrl("redis+sentinel://one:26380,two/main/2")).toEqual({
      kind: "sentinel",
      hosts: [
        { host: "one", port: 26_380 },
        { host: "two", port: 26_379 },
      ],
      masterName: "main",
      tls: false,
      database: 2,
    });
  });

  it("names nodes of a cluster", () => {
    expect(parseRedisUrl("redis+cluster://one:7000,two:7001,three")).toMatchObject({
      kind: "cluster",
      hosts: [
        { host: "one", port: 7000 },
        { host: "two", port: 7001 },
        { host: "three", port: 6379 },
      ],
    });
  });

  it.each([
    ["cache:6379", /must look like/],
    ["http://cache", /must look like/],
    ["redis://", /must look like/],
    ["redis://one,two", /one host/],
    ["redis+sentinel://one:1", /master's name/],
    ["redis+cluster://one/1", /database 0/],
    ["redis://cache:99999", /host:port/],
    ["redis://cache/not-a-number", /number of a database/],
  ])("%s is refused in words", (url, message) => {
    expect(() => parseRedisUrl(url)).toThrow(message);
  });

  it("does not repeat the credentials of a URL that it refuses", () => {
    expect(() => parseRedisUrl("redis://user:hunter2@one,two")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});
