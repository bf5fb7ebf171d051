const MARKER = /\[request ([\w-]+)\]/;

/** Stands in the question, so that an upstream's request can be told to be this client's. */
export function writeMarker(marker: string): string {
  return `[request ${marker}]`;
}

export function readMarker(body: string): string | undefined {
  return MARKER.exec(body)?.[1];
}
