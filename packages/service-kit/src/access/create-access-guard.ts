import type { IncomingMessage } from "node:http";

import { GatewayError, HEADERS } from "@switchyard/wire";

import type { Secret } from "../settings/settings.ts";
import { digestSecret, isOneOf } from "./compare-secret.ts";
import { keyOfToken } from "./gateway-token.ts";
import { hostNameOf, isListedHost, isLoopbackAddress, isLoopbackName } from "./host-names.ts";

/** Knows keys beyond those of the settings: such as come and go while the process runs. */
export interface KeyRegister {
  /** True once any key is known, valid or not: callers without one are then refused. */
  readonly hasKeys: boolean;
  /**
   * Whose key it is, by its SHA-256 in lower-case hex; undefined: nobody's. `refused`: why it is no longer valid, in
   * words for its holder.
   */
  find(digest: string): { id: string; refused?: string } | undefined;
}

/** The part of the settings that decides who may call. */
export interface AccessSettings {
  /** Any of these opens the API; empty: callers of this machine only. */
  clientKeys: readonly Secret[];
  /** Keys beside them; asked at every request. */
  register?: KeyRegister;
  /** Shared by gateway and services; its bearer is one of us. */
  innerToken?: Secret;
  /** Opens /admin and /api; absent: callers of this machine only. */
  adminToken?: Secret;
  /** Host names besides the loopback ones. "*.example.com" and "*" are understood. */
  allowedHosts: readonly string[];
  /** Origins ("https://tools.example.com") whose pages may call. */
  allowedOrigins: readonly string[];
  /**
   * True where something before this process decides who may reach it (a container whose port is published
   * on the loopback address only): a caller without a key may then come from any address.
   */
  openToNetwork?: boolean;
}

export type CallerKind = "inner" | "client" | "anonymous";

/** Who calls, by what was presented; decided once per request. */
export interface Caller {
  kind: CallerKind;
  /** Of kind "client": id of the key, where a register knows it. */
  client?: string;
  /** A key came along that is no longer valid, and no other: why. */
  refused?: string;
  /** True when the admin token came along. */
  admin: boolean;
}

export interface AccessGuard {
  /** Reads the credentials. Inner headers of a caller who is not one of us are removed. */
  identify(request: IncomingMessage): Caller;
  /** @throws GatewayError when this caller may not have this path. */
  check(request: IncomingMessage, caller: Caller): void;
  /** Whether pages of this origin may call and read their answers. */
  allowsOrigin(origin: string): boolean;
}

/** Headers that count only beside the inner token. */
const INNER_HEADERS = [
  HEADERS.innerToken,
  HEADERS.model,
  HEADERS.innerRequestId,
  HEADERS.facts,
  HEADERS.failure,
  HEADERS.leaveOut,
  HEADERS.limits,
  HEADERS.rejected,
];

/**
 * Decides who may call what. Names of hosts and origins are checked because a web page in the user's
 * browser can reach loopback ports too, under its own origin or, by DNS rebinding, under its own name.
 *
 * @param current read at every request, so that settings can be replaced under load
 */
export function createAccessGuard(current: () => AccessSettings): AccessGuard {
  let digested: DigestedSettings | undefined;
  const settings = (): DigestedSettings => {
    const now = current();
    if (digested?.source !== now) digested = digestSettings(now);
    return digested;
  };
  return {
    identify: (request) => identify(request, settings()),
    check: (request, caller) => check(request, caller, settings()),
    allowsOrigin: (origin) => current().allowedOrigins.includes(origin),
  };
}

interface DigestedSettings {
  source: AccessSettings;
  clientKeys: readonly Buffer[];
  innerTokens: readonly Buffer[];
  adminTokens: readonly Buffer[];
}

function digestAll(secrets: readonly (Secret | undefined)[]): Buffer[] {
  return secrets.flatMap((secret) => (secret === undefined ? [] : [digestSecret(secret.reveal())]));
}

function digestSettings(source: AccessSettings): DigestedSettings {
  return {
    source,
    clientKeys: digestAll(source.clientKeys),
    innerTokens: digestAll([source.innerToken]),
    adminTokens: digestAll([source.adminToken]),
  };
}

function identify(request: IncomingMessage, settings: DigestedSettings): Caller {
  const innerToken = header(request, HEADERS.innerToken);
  if (innerToken !== undefined && isOneOf(innerToken, settings.innerTokens)) return { kind: "inner", admin: false };
  for (const name of INNER_HEADERS) delete request.headers[name];
  const presented = presentedKeys(request);
  const admin = settings.adminTokens.length > 0 && presented.some((key) => isOneOf(key, settings.adminTokens));
  const found = findClient(presented, settings.source.register);
  if (found !== undefined && found.refused === undefined) return { kind: "client", client: found.id, admin };
  if (presented.some((key) => isOneOf(key, settings.clientKeys))) return { kind: "client", admin };
  return { kind: "anonymous", admin, ...(found?.refused === undefined ? {} : { refused: found.refused }) };
}

/** The first key that is valid, else the first that was. */
function findClient(presented: readonly string[], register: KeyRegister | undefined): ReturnType<KeyRegister["find"]> {
  if (register?.hasKeys !== true) return undefined;
  let refused: ReturnType<KeyRegister["find"]>;
  for (const key of presented) {
    // Looked up by a digest: how long that takes tells nothing of the keys.
    const found = register.find(digestSecret(key).toString("hex"));
    if (found !== undefined && found.refused === undefined) return found;
    refused ??= found;
  }
  return refused;
}

/** What may hold a key of ours. A client whose own credential is passed on has ours in x-switchyard-key. */
function presentedKeys(request: IncomingMessage): string[] {
  const bearer = header(request, "authorization");
  const candidates = [
    header(request, HEADERS.clientKey),
    header(request, "x-api-key"),
    bearer !== undefined && /^bearer /i.test(bearer) ? bearer.slice(7).trim() : undefined,
  ];
  return candidates.flatMap((key) => (key === undefined || key === "" ? [] : [keyOfToken(key)]));
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

type Area = "open" | "api" | "admin" | "page" | "other";

function areaOf(request: IncomingMessage): Area {
  const path = pathOf(request);
  if (path === "/metrics" || path === "/health" || path.startsWith("/health/")) return "open";
  if (request.method === "HEAD" && (path === "/" || path === "/api/hello")) return "open";
  if (path === "/v1" || path.startsWith("/v1/")) return "api";
  if (/^\/dashboard(\/|$)/.test(path)) return isRead(request) ? "page" : "admin";
  return /^\/(admin|api)(\/|$)/.test(path) ? "admin" : "other";
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

/** The path as express will match it: without query, case folded; of a whole URL in the request line its path. */
function pathOf(request: IncomingMessage): string {
  const line = request.url ?? "/";
  const url = !line.startsWith("/") && URL.canParse(line) ? new URL(line).pathname : line;
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    return path.toLowerCase();
  }
}

function check(request: IncomingMessage, caller: Caller, settings: DigestedSettings): void {
  const area = areaOf(request);
  if (area === "open" || caller.kind === "inner") return;
  checkOrigin(request, settings.source);
  const keyed = area === "admin" ? caller.admin : caller.admin || caller.kind === "client";
  if (!keyed || area === "admin" || area === "page") checkHost(request, settings.source);
  // A page without data: what it shows it asks for, with a token.
  if (area === "page") return;
  if (!keyed) checkAnonymous(request, { area, refused: caller.refused }, settings);
  if (area === "api") checkContentType(request);
}

function checkOrigin(request: IncomingMessage, settings: AccessSettings): void {
  const origin = header(request, "origin");
  if (origin === undefined) {
    const site = header(request, "sec-fetch-site");
    const navigation = header(request, "sec-fetch-mode") === "navigate" && request.method === "GET";
    if (site !== "cross-site" || navigation) return;
    throw forbidden("Requests from other web sites are refused.");
  }
  if (settings.allowedOrigins.includes(origin) || isSameOrigin(origin, request, settings)) return;
  throw forbidden(
    `Requests from the web origin ${printable(origin)} are refused. Add it to allowed_origins if its pages may call.`,
  );
}

/** A page that this process served itself, under a name that is allowed. */
function isSameOrigin(origin: string, request: IncomingMessage, settings: AccessSettings): boolean {
  const host = header(request, "host");
  if (host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host.trim().toLowerCase() && isAllowedHost(hostNameOf(host), settings);
}

function checkHost(request: IncomingMessage, settings: AccessSettings): void {
  const host = header(request, "host");
  if (host !== undefined && isAllowedHost(hostNameOf(host), settings)) return;
  throw forbidden(
    `The host name ${printable(host ?? "")} is not allowed here. Add it to allowed_hosts, or present a valid key.`,
  );
}

function isAllowedHost(name: string, settings: AccessSettings): boolean {
  return isLoopbackName(name) || isListedHost(name, settings.allowedHosts);
}

function checkAnonymous(
  request: IncomingMessage,
  { area, refused }: { area: Area; refused: string | undefined },
  settings: DigestedSettings,
): void {
  const known = area === "admin" ? settings.adminTokens : settings.clientKeys;
  if (area !== "admin" && refused !== undefined) throw new GatewayError("authentication_error", refused);
  if (known.length > 0 || (area !== "admin" && settings.source.register?.hasKeys === true)) {
    throw new GatewayError(
      "authentication_error",
      area === "admin" ? "The admin token is missing or wrong." : describeMissingKey(request),
    );
  }
  const address = request.socket.remoteAddress;
  // Of a connection that is gone nobody knows where it came from: that is no lack of a key.
  if (address === undefined) throw new GatewayError("authentication_error", "The client left at once.");
  const open = settings.source.openToNetwork === true && area !== "admin";
  if (open || isLoopbackAddress(address)) return;
  throw new GatewayError(
    "authentication_error",
    area === "admin"
      ? "Without an admin token only this machine may call this. Set SWITCHYARD_ADMIN_TOKEN."
      : "Without a client key only this machine may call. Set SWITCHYARD_CLIENT_KEY.",
  );
}

/** Begins as the Messages API says it, by which clients know it; then what to do, for whoever reads it. */
function describeMissingKey(request: IncomingMessage): string {
  const what =
    presentedKeys(request).length === 0
      ? "clients need a key here, and none was shown"
      : "what was shown is no client key of this place";
  return `invalid x-api-key: ${what}. SWITCHYARD_CLIENT_KEY sets one, "keys create" makes one.`;
}

/** A page of another site can post a form or plain text without asking first; never this. */
function checkContentType(request: IncomingMessage): void {
  if (request.method !== "POST") return;
  const type = header(request, "content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || /^application\/[\w.-]+\+json$/.test(type)) return;
  throw new GatewayError("invalid_request_error", "The content type must be application/json.", { status: 415 });
}

function forbidden(message: string): GatewayError {
  return new GatewayError("permission_error", message);
}

/** A header's text, safe to repeat in an error. */
function printable(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
