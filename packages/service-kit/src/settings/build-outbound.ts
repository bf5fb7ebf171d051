import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { parseText } from "./parse-values.ts";
import type { OutboundSettings } from "./settings.ts";

/** How upstreams are reached; undefined where nothing is set. Node itself reads NODE_EXTRA_CA_CERTS. */
export function buildOutbound({ environment }: Pick<BuildContext, "environment">): OutboundSettings | undefined {
  const outbound = defined({
    httpsProxy: environment.read(parseText, "HTTPS_PROXY", "https_proxy"),
    httpProxy: environment.read(parseText, "HTTP_PROXY", "http_proxy"),
    noProxy: environment.read(parseText, "NO_PROXY", "no_proxy"),
    extraCaFile: environment.read(parseText, "SWITCHYARD_CA_FILE"),
  });
  return Object.keys(outbound).length === 0 ? undefined : outbound;
}
