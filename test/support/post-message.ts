import http from "node:http";

export interface MessagePost {
  /** Of a gateway or a service. */
  url: string;
  /** A Messages request as JSON. */
  body: string;
  /** false: a connection of its own. */
  agent: http.Agent | false;
  headers?: Readonly<Record<string, string>>;
  /** Leaves when it is aborted. */
  signal?: AbortSignal;
}

/** Posts a Messages request as Claude Code does; resolves with the head of its answer. Rejects where none comes. */
export function postMessage({ url, body, agent, headers, signal }: MessagePost): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${url}/v1/messages?beta=true`,
      {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "anthropic-version": "2023-06-01",
          "x-api-key": "test",
          ...headers,
        },
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    request.on("error", reject);
    request.end(body);
  });
}
