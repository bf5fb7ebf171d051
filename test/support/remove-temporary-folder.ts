import { rmSync } from "node:fs";

/** See make-temporary-folder.ts. */
// oxlint-disable-next-line import/no-default-export -- jest takes no other
export default function removeTemporaryFolder(): void {
  const folder = process.env["SWITCHYARD_JEST_FOLDER"];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
