export const PAGES = [
  { id: "overview", path: "#/", title: "Overview" },
  { id: "providers", path: "#/providers", title: "Providers" },
  { id: "costs", path: "#/costs", title: "Costs" },
  { id: "requests", path: "#/requests", title: "Requests" },
  { id: "alerts", path: "#/alerts", title: "Alerts" },
  { id: "settings", path: "#/settings", title: "Settings" },
] as const;

export type PageId = (typeof PAGES)[number]["id"];

export interface Route {
  page: PageId;
  /** What stands behind the page's name: a request's id. */
  detail?: string;
  /** Choices on the page, so that a link shows the same. */
  parameters: URLSearchParams;
}

/** "#/requests/req_1", "#/costs?by=client"; anything else is the overview. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name = "", ...rest] = path.split("/");
  const page = PAGES.find(({ id }) => id === name)?.id ?? "overview";
  const detail = decode(rest.join("/"));
  return { page, parameters: new URLSearchParams(query), ...(detail === "" ? {} : { detail }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
