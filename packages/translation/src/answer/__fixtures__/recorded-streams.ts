import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const FOLDER = path.join(process.env["SWITCHYARD_FIXTURES"] ?? path.resolve(ROOT, "../shared/fixtures"), "recorded");
const PROVIDERS = ["azure", "deepseek", "groq", "openai"];

export interface Recording {
  name: string;
  dialect: "chat" | "responses";
  /** One event's data per entry. */
  data: string[];
}

export const hasRecordings = existsSync(FOLDER);

/** Recorded streams of the two dialects, one per answer: some files hold several answers in a row. */
export function readRecordedStreams(): Recording[] {
  return files(".chunks.txt").flatMap(({ name, text }) => {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    // One recording lacks the last bracket of some lines.
    const data = lines.map((line) => (isJson(line) ? line : `${line}}`));
    const dialect = dialectOf(data[0] ?? "");
    if (dialect === undefined) return [];
    return splitAnswers(data).map((part, index) => ({ name: index === 0 ? name : `${name} #${index + 1}`, dialect, data: part }));
  });
}

export interface RecordedAnswer {
  name: string;
  dialect: "chat" | "responses";
  answer: Record<string, unknown>;
}

export function readRecordedAnswers(): RecordedAnswer[] {
  return files(".json").flatMap(({ name, text }): RecordedAnswer[] => {
    const answer = JSON.parse(text) as Record<string, unknown>;
    if (answer["object"] === "chat.completion") return [{ name, dialect: "chat", answer }];
    return answer["object"] === "response" ? [{ name, dialect: "responses", answer }] : [];
  });
}

function files(ending: string): { name: string; text: string }[] {
  if (!hasRecordings) return [];
  return PROVIDERS.flatMap((provider) =>
    readdirSync(path.join(FOLDER, provider))
      .filter((file) => file.endsWith(ending))
      .toSorted()
      .map((file) => ({ name: `${provider}/${file}`, text: readFileSync(path.join(FOLDER, provider, file), "utf8") })),
  );
}

function splitAnswers(data: readonly string[]): string[][] {
  const answers: string[][] = [];
  for (const line of data) {
    if (answers.length === 0 || line.includes('"type":"response.created"')) answers.push([]);
    answers.at(-1)?.push(line);
  }
  return answers;
}

function dialectOf(line: string): Recording["dialect"] | undefined {
  if (line.includes("response.")) return "responses";
  return line.includes('"choices"') && !line.includes("text_completion") ? "chat" : undefined;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
