import type { Settings } from "@switchyard/service-kit";

/** Where programs of this machine reach the gateway, e.g. "http://127.0.0.1:8080". */
export function gatewayUrl({ gateway }: Pick<Settings, "gateway">): string {
  return `http://${gateway.host === "0.0.0.0" ? "127.0.0.1" : gateway.host}:${gateway.port}`;
}
