/** The host of a Host header or URL authority, without its port, lower case, IPv6 without brackets. */
export function hostNameOf(authority: string): string {
  const text = authority.trim().toLowerCase();
  if (text.startsWith("[")) return text.slice(1, Math.max(1, text.indexOf("]")));
  const colon = text.lastIndexOf(":");
  return colon > 0 && text.indexOf(":") === colon ? text.slice(0, colon) : text;
}

/** Names that only ever mean this machine. */
export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}

export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

/** True when the name is in the list; "*.example.com" covers every name below, "*" every name. */
export function isListedHost(name: string, list: readonly string[]): boolean {
  return list.some((entry) => {
    const wanted = entry.toLowerCase();
    if (wanted === "*") return true;
    if (wanted.startsWith("*.")) return name.endsWith(wanted.slice(1));
    return hostNameOf(wanted) === name;
  });
}
