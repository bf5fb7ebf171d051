import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { parseText } from "./parse-values.ts";
import { createSecret } from "./secret.ts";
import type { OutboundSettings, Secret } from "./settings.ts";

/** How upstreams are reached; undefined where nothing is set. Node itself reads NODE_EXTRA_CA_CERTS. */
export function buildOutbound(context: Pick<BuildContext, "environment" | "problems">): OutboundSettings | undefined {
  const { environment } = context;
  const outbound = defined({
    httpsProxy: proxyOf(["HTTPS_PROXY", "https_proxy"], context),
    httpProxy: proxyOf(["HTTP_PROXY", "http_proxy"], context),
    noProxy: environment.read(parseText, "NO_PROXY", "no_proxy"),
    extraCaFile: environment.read(parseText, "SWITCHYARD_CA_FILE"),
  });
  return Object.keys(outbound).length === 0 ? undefined : outbound;
}

/** "host:port" means http://, as other programs have it. Never shown: it may hold a password. */
function proxyOf(
  names: readonly string[],
  { environment, problems }: Pick<BuildContext, "environment" | "problems">,
): Secret | undefined {
  const address = environment.secret(...names)?.reveal();
  if (address === undefined) return undefined;
  const url = address.includes("://") ? address : `http://${address}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return createSecret(url);
  const place = environment.find(...names.flatMap((name) => [name, `${name}_FILE`]))?.name ?? names[0] ?? "";
  problems.add(place, "is not the address of a proxy", "Write it as http://host:port.");
  return undefined;
}
