import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { UnreadableFile } from "./transcript-entry.ts";

export interface FoundFiles {
  /** Sorted by path, so that a second reading comes to the same result. */
  files: string[];
  unreadable: UnreadableFile[];
}

/** Every *.jsonl under a folder, however deep; links are not followed. */
export async function findTranscriptFiles(directory: string): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], unreadable: [] };
  const folders = [directory];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const here = folder;
    try {
      for (const item of await readdir(here, { withFileTypes: true })) {
        const where = path.join(here, item.name);
        if (item.isDirectory()) folders.push(where);
        else if (item.isFile() && item.name.endsWith(".jsonl")) found.files.push(where);
      }
    } catch (error) {
      found.unreadable.push({ path: here, reason: reasonOf(error) });
    }
  }
  found.files.sort();
  return found;
}

/** Claude Code's own folder stands for the projects in it: people name either. */
export async function resolveProjectsFolder(directory: string): Promise<string> {
  const projects = path.join(directory, "projects");
  const inside = await stat(projects).catch(() => undefined);
  return inside?.isDirectory() === true && path.basename(directory) !== "projects" ? projects : directory;
}

/** The system's word for it, e.g. "EACCES". */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error instanceof Error ? error.message : String(error));
}
