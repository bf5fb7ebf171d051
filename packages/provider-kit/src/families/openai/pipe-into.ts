import type { Readable, Transform } from "node:stream";

import { createChunkGatherer, type HeadMoment, waitingSince } from "@switchyard/service-kit";

/**
 * Pipes a source into its translation. An error or a premature end of the source is the translation's too;
 * destroying the translation destroys the source. `pipeline` of node:stream does the same with an abort
 * controller and an error for each, which every request would pay for.
 */
export function pipeInto(source: Readable & HeadMoment, translation: Transform & { arrivedAt?: number }): void {
  const gatherer = createChunkGatherer((bytes) => {
    if (translation.destroyed) return;
    translation.arrivedAt = gatherer.arrivedAt;
    if (!translation.write(bytes)) source.pause();
  });
  gatherer.beginAt(waitingSince(source));
  source.on("error", (error) => {
    gatherer.flush();
    translation.destroy(error);
  });
  source.once("end", () => {
    gatherer.flush();
    translation.end();
  });
  source.once("close", () => {
    if (source.readableEnded) return;
    gatherer.flush();
    translation.destroy(new Error("The stream was closed before its end."));
  });
  translation.once("close", () => {
    gatherer.discard();
    if (!source.readableEnded) source.destroy();
  });
  translation.on("drain", () => source.resume());
  source.on("data", gatherer.add);
}
