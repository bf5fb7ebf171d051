/** Where a Redis is, as one of the four kinds of URL says it. */
export interface RedisAddress {
  kind: "standalone" | "sentinel" | "cluster";
  /** The server, the sentinels, or some nodes of the cluster. */
  hosts: readonly { host: string; port: number }[];
  /** Of a sentinel: the master's name. */
  masterName?: string;
  tls: boolean;
  username?: string;
  password?: string;
  /** The database's number; a cluster has 0 alone. */
  database: number;
}

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;
const URL_PATTERN = /^(redis|rediss)(\+sentinel|\+cluster)?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/;

/**
 * Reads the URL of a Redis:
 *
 * - `redis://[user:password@]host[:port][/database]`, `rediss://…` over TLS
 * - `redis+sentinel://[user:password@]host[:port],host[:port]/master-name[/database]`: credentials are the master's
 * - `redis+cluster://[user:password@]host[:port],host[:port]`
 *
 * `rediss+sentinel` and `rediss+cluster` speak TLS too. Throws a TypeError that says what is wrong, without the
 * credentials.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = URL_PATTERN.exec(url.trim());
  if (match === null) {
    throw new TypeError(
      "the URL of Redis must look like redis://host:port, rediss://host:port, " +
        "redis+sentinel://host:port,host:port/master-name or redis+cluster://host:port,host:port",
    );
  }
  const [, scheme, variant, credentials, hosts = "", path = ""] = match;
  const kind = variant === "+sentinel" ? "sentinel" : variant === "+cluster" ? "cluster" : "standalone";
  const parts = path.split("/").filter((part) => part !== "");
  const masterName = kind === "sentinel" ? parts.shift() : undefined;
  if (kind === "sentinel" && masterName === undefined) {
    throw new TypeError("redis+sentinel:// needs the master's name: redis+sentinel://host:port/master-name");
  }
  if (kind === "standalone" && hosts.includes(",")) {
    throw new TypeError("redis:// takes one host; several are for redis+sentinel:// and redis+cluster://");
  }
  return {
    kind,
    hosts: hosts.split(",").map((host) => parseHost(host, kind === "sentinel" ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT)),
    ...(masterName === undefined ? {} : { masterName: decodeURIComponent(masterName) }),
    tls: scheme === "rediss",
    ...parseCredentials(credentials),
    database: parseDatabase(parts, kind),
  };
}

function parseHost(text: string, defaultPort: number): { host: string; port: number } {
  const match = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text.trim());
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (match?.[1] === undefined || port < 1 || port > 65_535) {
    throw new TypeError("a host of the URL of Redis must look like host or host:port");
  }
  return { host: match[1].replace(/^\[|\]$/g, ""), port };
}

function parseCredentials(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined || text === "") return {};
  const colon = text.indexOf(":");
  if (colon === -1) return { username: decodeURIComponent(text) };
  const username = decodeURIComponent(text.slice(0, colon));
  return { ...(username === "" ? {} : { username }), password: decodeURIComponent(text.slice(colon + 1)) };
}

function parseDatabase(parts: readonly string[], kind: RedisAddress["kind"]): number {
  const [text = "0", ...rest] = parts;
  if (!/^\d{1,4}$/.test(text) || rest.length > 0) {
    throw new TypeError("the URL of Redis ends with the number of a database, or with nothing");
  }
  if (kind === "cluster" && text !== "0") throw new TypeError("a Redis cluster has database 0 alone");
  return Number(text);
}
