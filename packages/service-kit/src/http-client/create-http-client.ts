import { type IncomingMessage, type OutgoingHttpHeaders, STATUS_CODES } from "node:http";
import type { Readable } from "node:stream";

import { GatewayError } from "@switchyard/wire";
import { Axios, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";

import type { OutboundSettings } from "../settings/settings.ts";
import { type Agents, createAgents } from "./create-agents.ts";
import { decodeAnswer } from "./decode-answer.ts";
import { cleanHeaderValue } from "./clean-header-value.ts";
import { describeTarget } from "./map-network-error.ts";
import { type RequestBody, sendRequest } from "./send-request.ts";

export interface HttpClientOptions {
  /** Until a connection stands (TCP and TLS), in ms. */
  connectTimeoutMs: number;
  /** Proxy and certificates; only for upstreams, never between our own services. */
  outbound?: OutboundSettings;
  /** ms of idleness after which a reset of a pooled connection means that it had gone stale. Default 1,000. */
  staleAfterMs?: number;
}

/** The one status in the three hundreds that answers instead of pointing elsewhere (RFC 9110, 15.4.5). */
const NOT_MODIFIED = 304;

const STALE_AFTER_MS = 1000;

/** An upstream's answer, its body not read yet. Whoever gets it reads it to the end or destroys it. */
export interface HttpAnswer {
  status: number;
  /** Lower case; several values of one name joined with ", ". */
  headers: Readonly<Record<string, string>>;
  /** Plain bytes: compression is undone. Destroying it closes the connection. */
  body: Readable;
}

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as it is, with its length. */
  body?: RequestBody;
  signal?: AbortSignal;
  /** Until the status line; absent: no limit of its own. */
  answerTimeoutMs?: number;
}

export interface HttpClient {
  /**
   * One request, one answer, whatever its status. Redirects are refused: a credential belongs to its host.
   *
   * @throws GatewayError with failure "network" or "timeout"; the signal's reason when it was aborted.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The same as an axios instance, for who wants its interface; `data` of its answers is a node stream. */
  readonly axios: Axios;
  /** Closes idle sockets; running requests are aborted. */
  close(): void;
}

/**
 * One adapter over node:http, for `send` and for axios alike: connect and answer timeouts apart, bodies sent
 * from their buffer, compression undone while it streams. `send` goes to it straight: every message goes this
 * way, and axios would merge settings that nobody has set and copy the headers at four places.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agents = createAgents(options.outbound);
  // The bare class, without the defaults for browsers that every request would be merged with.
  const instance = new Axios({
    adapter: (config) => adapt(config, agents, options),
    transformRequest: [],
    transformResponse: [],
    headers: {},
  });
  return {
    axios: instance,
    send: (request) => sendStraight(request, agents, options),
    close: () => agents.close(),
  };
}

/** With any method: whoever takes axios's interface may want others. */
type AnyRequest = Omit<HttpRequest, "method"> & { method: string };

async function sendStraight(
  { method, url, headers, body, signal, answerTimeoutMs = 0 }: AnyRequest,
  agents: Agents,
  { connectTimeoutMs, staleAfterMs = STALE_AFTER_MS }: HttpClientOptions,
): Promise<HttpAnswer> {
  const target = new URL(url);
  const response = await sendRequest(
    {
      method,
      url: target,
      headers: toOutgoingHeaders(headers, body),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      connectTimeoutMs,
      answerTimeoutMs,
      staleAfterMs,
    },
    agents,
  );
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== NOT_MODIFIED) refuseRedirect(response, target);
  const plain = decodeAnswer(response);
  return { status, headers: flatten(response), body: plain };
}

/** The same for axios: its headers and its data there and back. */
async function adapt(
  config: InternalAxiosRequestConfig,
  agents: Agents,
  options: HttpClientOptions,
): Promise<AxiosResponse<Readable>> {
  const body = toBody(config.data);
  const {
    status,
    headers,
    body: data,
  } = await sendStraight(
    {
      method: (config.method ?? "GET").toUpperCase(),
      url: new URL(config.url ?? "", config.baseURL).href,
      headers: toPlainHeaders(AxiosHeaders.from(config.headers).toJSON()),
      ...(body === undefined ? {} : { body }),
      ...(config.signal instanceof AbortSignal ? { signal: config.signal } : {}),
      ...(config.timeout === undefined ? {} : { answerTimeoutMs: config.timeout }),
    },
    agents,
    options,
  );
  return { data, status, statusText: STATUS_CODES[status] ?? "", headers, config };
}

function toPlainHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) plain[name] = value.join(", ");
    else if (typeof value === "string" || typeof value === "number") plain[name] = String(value);
  }
  return plain;
}

function toBody(data: unknown): RequestBody | undefined {
  if (data === undefined || data === null) return undefined;
  if (typeof data === "string" || Buffer.isBuffer(data)) return data;
  if (Array.isArray(data) && data.every((piece) => Buffer.isBuffer(piece))) return data;
  throw new TypeError("Request bodies are buffers or strings.");
}

function lengthOf(body: RequestBody): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  return Buffer.isBuffer(body) ? body.length : body.reduce((length, piece) => length + piece.length, 0);
}

function toOutgoingHeaders(headers: Readonly<Record<string, string>>, body: RequestBody | undefined) {
  const outgoing: OutgoingHttpHeaders = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) outgoing[name.toLowerCase()] = cleanHeaderValue(value);
  }
  outgoing["accept-encoding"] ??= "identity";
  if (body !== undefined) outgoing["content-length"] = lengthOf(body);
  return outgoing;
}

function refuseRedirect(response: IncomingMessage, url: URL): never {
  response.destroy();
  const location = redirectTarget(response.headers.location, url);
  throw new GatewayError(
    "api_error",
    `${describeTarget(url)} answered with a redirect (${response.statusCode}) to ${location}; redirects are refused. Check the provider's base URL.`,
    { status: 502, failure: "network" },
  );
}

function redirectTarget(location: string | undefined, base: URL): string {
  if (location === undefined || !URL.canParse(location, base.href)) return "nowhere";
  return describeTarget(new URL(location, base));
}

/** Only cookies come as a list. */
function flatten({ headers }: IncomingMessage): Record<string, string> {
  const cookies = headers["set-cookie"];
  const flat = headers as Record<string, string>;
  return cookies === undefined ? flat : { ...flat, "set-cookie": cookies.join(", ") };
}
