import { chmodSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** What a run of jest makes in the folder for temporary things is in one of its own, which goes with the run. */
// oxlint-disable-next-line import/no-default-export -- jest takes no other
export default function makeTemporaryFolder(): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-jest-"));
  // Servers that may not run as root have folders of their own below it.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
  process.env["SWITCHYARD_JEST_FOLDER"] = folder;
}
