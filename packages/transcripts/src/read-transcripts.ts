import path from "node:path";
import { createDeduplicator } from "./create-deduplicator.ts";
import { findTranscriptFiles, reasonOf, resolveProjectsFolder } from "./find-transcript-files.ts";
import { forEachLine } from "./for-each-line.ts";
import { parseTranscriptLine, type LineSource, type ParsedLine } from "./parse-transcript-line.ts";
import { createProjectNames } from "./project-names.ts";
import type { SkipReason, Transcripts, UnreadableFile } from "./transcript-entry.ts";

export interface ReadTranscriptsOptions {
  /** Claude Code's folder of projects, or the folder that holds it. */
  directory: string;
  /** ms since the epoch, inclusive. */
  since?: number;
  /** ms since the epoch, exclusive. */
  until?: number;
  maxLineBytes?: number;
}

const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Reads every transcript under a folder, line by line: in memory stand only the answers' figures, never a file. What
 * cannot be read is counted and named, and never stops the rest.
 */
export async function readTranscripts(options: ReadTranscriptsOptions): Promise<Transcripts> {
  const directory = await resolveProjectsFolder(options.directory);
  const { files, unreadable } = await findTranscriptFiles(directory);
  const collector = createCollector(options.maxLineBytes ?? MAX_LINE_BYTES);
  for (const file of files) {
    try {
      await collector.read(file, sourceOf(path.relative(directory, file)));
    } catch (error) {
      unreadable.push({ path: file, reason: reasonOf(error) });
    }
  }
  return collector.finish(options, { directory, unreadable });
}

function createCollector(maxLineBytes: number) {
  const deduplicator = createDeduplicator();
  const projects = createProjectNames();
  const tally = { files: 0, bytes: 0, lines: 0, synthetic: 0 };
  const skipped: Record<SkipReason, number> = { torn: 0, not_json: 0, too_long: 0, no_time: 0, no_counts: 0 };

  const take = (line: ParsedLine): void => {
    if (line.kind === "skipped") skipped[line.reason] += 1;
    else if (line.kind === "synthetic") tally.synthetic += 1;
    else if (line.kind === "answer") {
      if (line.cwd !== undefined) projects.note(line.entry.projectFolder, line.cwd);
      deduplicator.add(line.entry);
    }
  };

  return {
    async read(file: string, source: LineSource): Promise<void> {
      tally.bytes += await forEachLine(file, {
        maxLineBytes,
        onLine(line) {
          tally.lines += 1;
          take(parseTranscriptLine(line, source));
        },
        onTooLong() {
          tally.lines += 1;
          skipped.too_long += 1;
        },
      });
      tally.files += 1;
    },
    finish(
      { since = -Infinity, until = Infinity }: ReadTranscriptsOptions,
      { directory, unreadable }: { directory: string; unreadable: readonly UnreadableFile[] },
    ): Transcripts {
      const entries = deduplicator.entries
        .filter(({ at }) => at >= since && at < until)
        .toSorted((one, other) => one.at - other.at);
      for (const entry of entries) entry.project = projects.nameOf(entry.projectFolder);
      const outsideRange = deduplicator.entries.length - entries.length;
      const { duplicates } = deduplicator;
      return { entries, stats: { directory, ...tally, duplicates, outsideRange, skipped, unreadable } };
    },
  };
}

/**
 * <project>/<session>.jsonl, and of subagents <project>/<session>/subagents/agent-<id>.jsonl, in deeper folders where
 * they belong to a workflow.
 */
function sourceOf(relative: string): LineSource {
  const parts = relative.split(path.sep);
  const name = path.basename(relative, ".jsonl");
  const agent = /^agent-(.+)$/.exec(name)?.[1];
  const session = parts.length > 2 ? parts[1] : name;
  return {
    projectFolder: parts.length > 1 ? (parts[0] ?? "unknown") : "unknown",
    session: session ?? name,
    ...(agent === undefined ? {} : { agent }),
  };
}
