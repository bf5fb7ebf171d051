import { SettingsError } from "@switchyard/service-kit";

export interface VertexPlace {
  project: string;
  /** "global", a multi-region ("us", "eu") or a region such as "us-east5". */
  location: string;
  /** What stands before `/v1/projects/…`. A host of Google's own follows the location; any other is used as it is. */
  baseUrl: string;
}

/** Where the requests of one project in one location go. */
export interface VertexUrls {
  claude(model: string, stream: boolean): string;
  /** undefined where Google counts no Claude tokens without leaving the configured jurisdiction. */
  countTokens(): string | undefined;
  /** Google's OpenAI-shaped endpoint for its own models. */
  chat(): string;
  /** A listing that costs nothing and proves host, credential and project. */
  probe(): string;
}

const MULTI_REGIONS: ReadonlySet<string> = new Set(["us", "eu"]);

/**
 * Regions that count Claude tokens (docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens).
 * A multi-region counts in a region of its own; "global" promises no place, so any will do. No other
 * region is sent elsewhere: whoever picks a region may have to keep the prompt there.
 */
const COUNTING_REGIONS: ReadonlyMap<string, string> = new Map([
  ["global", "us-east5"],
  ["us", "us-east5"],
  ["eu", "europe-west1"],
  ["us-east5", "us-east5"],
  ["us-central1", "us-central1"],
  ["europe-west1", "europe-west1"],
  ["europe-west4", "europe-west4"],
  ["asia-east1", "asia-east1"],
  ["asia-southeast1", "asia-southeast1"],
]);

/** Google's host for a location (docs.cloud.google.com/vertex-ai/docs/general/locations), without a scheme. */
export function vertexHost(location: string): string {
  if (location === "global") return "aiplatform.googleapis.com";
  if (MULTI_REGIONS.has(location)) return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

/** True for the hosts that Google itself serves the API on. */
export function isGoogleVertexHost(baseUrl: string): boolean {
  const { hostname, protocol } = new URL(baseUrl);
  return protocol === "https:" && /^([a-z0-9-]+-)?aiplatform(\.[a-z]+\.rep)?\.googleapis\.com$/.test(hostname);
}

/** Throws SettingsError for a project or location that would not stay one segment of a path or host. */
export function createVertexUrls(place: VertexPlace): VertexUrls {
  assertPlace(place);
  const google = isGoogleVertexHost(place.baseUrl);
  const base = (location: string): string =>
    google ? `https://${vertexHost(location)}` : place.baseUrl.replace(/\/+$/, "");
  const locationPath = (location: string): string =>
    `${base(location)}/v1/projects/${encodeURIComponent(place.project)}/locations/${location}`;
  const counting = COUNTING_REGIONS.get(place.location);
  return {
    claude: (model, stream) =>
      `${locationPath(place.location)}/publishers/anthropic/models/${modelSegment(model)}:${stream ? "streamRawPredict" : "rawPredict"}`,
    countTokens: () =>
      counting === undefined
        ? undefined
        : `${locationPath(counting)}/publishers/anthropic/models/count-tokens:rawPredict`,
    chat: () => `${locationPath(place.location)}/endpoints/openapi/chat/completions`,
    probe: () => `${locationPath(place.location)}/endpoints?pageSize=1`,
  };
}

/** Model ids carry their version after an "@", which the API wants unescaped. */
function modelSegment(model: string): string {
  return encodeURIComponent(model).replaceAll("%40", "@");
}

function assertPlace({ project, location }: VertexPlace): void {
  const problems = [
    ...(/^[a-z][a-z0-9:.-]*$/i.test(project)
      ? []
      : [
          {
            path: "GOOGLE_CLOUD_PROJECT",
            problem: `"${project}" is no project id`,
            remedy: "Set it to the id that `gcloud config get-value project` prints.",
          },
        ]),
    ...(/^[a-z]+(-[a-z]+[0-9]+)?$/.test(location)
      ? []
      : [
          {
            path: "VERTEX_AI_LOCATION",
            problem: `"${location}" is no location`,
            remedy: 'Set it to "global", "us", "eu" or a region such as "us-east5".',
          },
        ]),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
}
