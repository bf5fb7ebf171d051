import type { ServerResponse } from "node:http";

import type { Lifecycle } from "@switchyard/service-kit";
import { GatewayError } from "@switchyard/wire";

/** Ends upstream work when the client leaves or the service goes down. */
export interface ClientSignal {
  readonly signal: AbortSignal;
  readonly clientGone: boolean;
  /** The relay watches from now on. */
  release(): void;
}

export function createClientSignal(response: ServerResponse, lifecycle: Lifecycle): ClientSignal {
  const controller = new AbortController();
  let clientGone = false;
  const onClose = () => {
    if (response.writableFinished) return;
    clientGone = true;
    controller.abort(new Error("The client closed the connection."));
  };
  response.once("close", onClose);
  const unregister = lifecycle.onShutdown(() => {
    controller.abort(
      new GatewayError("overloaded_error", "The service is shutting down; please retry", {
        status: 503,
        failure: "overloaded",
      }),
    );
  });
  // The client may have gone while the body was being read.
  if (response.destroyed) onClose();
  return {
    signal: controller.signal,
    get clientGone() {
      return clientGone;
    },
    release: () => {
      response.off("close", onClose);
      unregister();
    },
  };
}
