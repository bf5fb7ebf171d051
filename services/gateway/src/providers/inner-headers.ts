import type { Settings } from "@switchyard/service-kit";
import { HEADERS } from "@switchyard/wire";

/** What makes a request one of the mesh's own: the token, the id and the model that was chosen. */
export function innerHeaders(
  { innerToken }: Pick<Settings, "innerToken">,
  { requestId, model }: { requestId: string; model: string },
): Record<string, string> {
  return {
    [HEADERS.model]: model,
    [HEADERS.innerRequestId]: requestId,
    ...(innerToken === undefined ? {} : { [HEADERS.innerToken]: innerToken.reveal() }),
  };
}
