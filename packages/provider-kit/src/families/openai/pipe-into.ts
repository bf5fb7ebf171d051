import type { Readable, Transform } from "node:stream";

/**
 * Pipes a source into its translation. An error or a premature end of the source is the translation's too;
 * destroying the translation destroys the source. `pipeline` of node:stream does the same with an abort
 * controller and an error for each, which every request would pay for.
 */
export function pipeInto(source: Readable, translation: Transform): void {
  source.on("error", (error) => translation.destroy(error));
  source.once("close", () => {
    if (!source.readableEnded) translation.destroy(new Error("The stream was closed before its end."));
  });
  translation.once("close", () => {
    if (!source.readableEnded) source.destroy();
  });
  source.pipe(translation);
}
