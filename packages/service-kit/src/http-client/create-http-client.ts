import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

import { GatewayError } from "@switchyard/wire";
import {
  Axios,
  AxiosHeaders,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from "axios";

import type { OutboundSettings } from "../settings/settings.ts";
import { type Agents, createAgents } from "./create-agents.ts";
import { decodeAnswer } from "./decode-answer.ts";
import { cleanHeaderValue } from "./clean-header-value.ts";
import { describeTarget } from "./map-network-error.ts";
import type { HeadMoment } from "../relay/chunk-gatherer.ts";
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
  /** In the clock of performance.now(): a connection took the request. */
  sentAt: number;
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
  /** The axios instance underneath; `data` of its answers is a node stream. */
  readonly axios: Axios;
  /** Closes idle sockets; running requests are aborted. */
  close(): void;
}

/**
 * What `send` gives and gets is handed through axios unopened: it would copy the headers at four places, there and
 * back, each time comparing every name with every other. A class, because axios clones plain objects.
 */
class Parcel {
  readonly headers: Readonly<Record<string, string>>;
  answer: HttpAnswer | undefined;

  constructor(headers: Readonly<Record<string, string>>) {
    this.headers = headers;
  }
}

interface ParcelConfig extends AxiosRequestConfig {
  parcel?: Parcel;
}

/**
 * axios over node:http by an adapter of our own: half the time of the built-in one per request, connect
 * and answer timeouts apart, bodies sent from their buffer, compression undone while it streams.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agents = createAgents(options.outbound);
  // The bare class, without the defaults for browsers that every request would be merged with: half the time.
  const instance = new Axios({
    adapter: (config) => adapt(config, agents, options),
    transformRequest: [],
    transformResponse: [],
    headers: {},
  });
  return {
    axios: instance,
    send: async ({ method, url, headers, body, signal, answerTimeoutMs }) => {
      const parcel = new Parcel(headers);
      const config: ParcelConfig = {
        method,
        url,
        data: body,
        parcel,
        ...(signal === undefined ? {} : { signal }),
        ...(answerTimeoutMs === undefined ? {} : { timeout: answerTimeoutMs }),
      };
      await instance.request<Readable>(config).catch((error: unknown) => {
        parcel.answer?.body.destroy();
        // axios has an error of its own for an aborted signal.
        throw signal?.aborted === true ? signal.reason : error;
      });
      if (parcel.answer === undefined) throw new TypeError("The request was answered without its adapter.");
      return parcel.answer;
    },
    close: () => agents.close(),
  };
}

async function adapt(
  config: InternalAxiosRequestConfig & ParcelConfig,
  agents: Agents,
  { connectTimeoutMs, staleAfterMs = STALE_AFTER_MS }: HttpClientOptions,
): Promise<AxiosResponse<Readable>> {
  const url = new URL(config.url ?? "", config.baseURL);
  const body = toBody(config.data);
  const { parcel } = config;
  const { response, sentAt, headAt } = await sendRequest(
    {
      method: (config.method ?? "GET").toUpperCase(),
      url,
      headers: toOutgoingHeaders(parcel?.headers ?? AxiosHeaders.from(config.headers).toJSON(), body),
      ...(body === undefined ? {} : { body }),
      ...(config.signal instanceof AbortSignal ? { signal: config.signal } : {}),
      connectTimeoutMs,
      answerTimeoutMs: config.timeout ?? 0,
      staleAfterMs,
    },
    agents,
  );
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== NOT_MODIFIED) refuseRedirect(response, url);
  const data: Readable & HeadMoment = Object.assign(decodeAnswer(response), { headAt });
  const statusText = response.statusMessage ?? "";
  const headers = flatten(response);
  if (parcel === undefined) return { data, status, statusText, headers, config };
  parcel.answer = { status, headers, body: data, sentAt };
  return { data, status, statusText, headers: {}, config };
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

function toOutgoingHeaders(headers: Readonly<Record<string, unknown>>, body: RequestBody | undefined) {
  const outgoing: OutgoingHttpHeaders = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === "string") outgoing[name.toLowerCase()] = cleanHeaderValue(value);
    else if (value !== null && value !== undefined) outgoing[name.toLowerCase()] = value as number | string[];
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
