import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RawAnswer } from "../live-case.ts";
import { redactHeaders, redactRecording } from "./redact-recording.ts";

export interface Recorder {
  /** Writes the answers of one case; of several, each under its number. Returns the files, relative to the folder. */
  record(provider: string, name: string, answers: readonly RawAnswer[]): string[];
}

/**
 * Writes answers as `<provider>/<case>.json`, streams as `<provider>/<case>.chunks.txt` with the data of one event
 * per line, and beside each its status and headers as `<case>.head.json`. Everything redacted.
 */
export function createRecorder(folder: string, secrets: readonly string[]): Recorder {
  return {
    record(provider, name, answers) {
      const directory = path.join(folder, toFileName(provider));
      mkdirSync(directory, { recursive: true });
      return answers.flatMap((answer, index) => {
        const stem = answers.length > 1 ? `${toFileName(name)}.${index + 1}` : toFileName(name);
        const head = { status: answer.status, headers: redactHeaders(answer.headers, secrets) };
        const files = [
          { file: `${stem}.${extensionOf(answer)}`, text: redactRecording(bodyOf(answer), secrets) },
          { file: `${stem}.head.json`, text: JSON.stringify(head, undefined, 2) },
        ];
        for (const { file, text } of files) writeFileSync(path.join(directory, file), `${text.trimEnd()}\n`);
        return files.map(({ file }) => `${toFileName(provider)}/${file}`);
      });
    },
  };
}

function bodyOf(answer: RawAnswer): string {
  // What ends a stream of chat completions is framing, not data.
  return answer.events === undefined ? answer.text : answer.events.filter((data) => data !== "[DONE]").join("\n");
}

function extensionOf(answer: RawAnswer): string {
  if (answer.events !== undefined) return "chunks.txt";
  return /\bjson\b/.test(answer.headers["content-type"] ?? "") ? "json" : "txt";
}

/** A name from the settings is no path. */
function toFileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, "-");
}
