import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { type ApiErrorType, GatewayError, HEADERS } from "@switchyard/wire";

import { newRequestId } from "../app/request-scope.ts";
import { sendError } from "../app/send-error.ts";

interface Refusal {
  type: ApiErrorType;
  status: number;
  reason: string;
  message: string;
}

const UNREADABLE: Refusal = {
  type: "invalid_request_error",
  status: 400,
  reason: "Bad Request",
  message: "This is no HTTP request that can be read",
};

/** By the codes of node:http. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    type: "invalid_request_error",
    status: 431,
    reason: "Request Header Fields Too Large",
    message: "The headers of a request may have 64 KB together",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    type: "timeout_error",
    status: 408,
    reason: "Request Timeout",
    message: "The request did not come whole: its head within 60 s, all of it within 300 s",
  },
};

/** What node:http refuses before express sees it is answered with Anthropic's envelope, too. */
export function answerUnreadable(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    // Nobody is there, or half an answer is out already.
    const { _httpMessage: under } = socket as Socket & { _httpMessage?: ServerResponse | null };
    if (error.code === "ECONNRESET" || !socket.writable || under?.headersSent === true) {
      socket.destroy(error);
      return;
    }
    socket.end(format(REFUSALS[error.code ?? ""] ?? UNREADABLE), () => socket.destroy());
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    const message = `expect: ${request.headers.expect ?? ""}: only 100-continue is known here`;
    const error = new GatewayError("invalid_request_error", message, { status: 417 });
    response.setHeader("connection", "close");
    sendError(response, error, { requestId: newRequestId(), caller: "anonymous" });
  });
}

function format({ type, status, reason, message }: Refusal): string {
  const requestId = newRequestId();
  const body = JSON.stringify(new GatewayError(type, message, { status }).toEnvelope(requestId));
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "connection: close",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `${HEADERS.requestId}: ${requestId}`,
    "",
    body,
  ].join("\r\n");
}
