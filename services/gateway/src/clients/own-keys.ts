import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { keyOfToken, type KeyRegister, type Settings } from "@switchyard/service-kit";

/** Values that open this gateway, of the settings and of this request: they must not leave it. */
export function findOwnKeys(
  { clients }: { clients: KeyRegister },
  { settings, headers }: { settings: Settings; headers: IncomingHttpHeaders },
): string[] {
  const plain = settings.gateway.clientKeys.map((key) => key.reveal());
  if (!clients.hasKeys) return plain;
  const credentials = [headers.authorization?.replace(/^bearer\s+/i, ""), headers["x-api-key"]];
  const own = credentials.flat().filter((one): one is string => typeof one === "string" && isKnown(one, clients));
  return [...plain, ...own];
}

function isKnown(credential: string, clients: KeyRegister): boolean {
  return clients.find(createHash("sha256").update(keyOfToken(credential)).digest("hex")) !== undefined;
}
