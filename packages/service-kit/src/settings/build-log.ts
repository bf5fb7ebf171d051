import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { parseChoice, parseText } from "./parse-values.ts";
import type { Parser } from "./parse-values.ts";
import type { LogSettings } from "./settings.ts";

const LEVELS: Readonly<Record<string, LogSettings["level"]>> = {
  critical: "error",
  fatal: "error",
  error: "error",
  warn: "warn",
  warning: "warn",
  info: "info",
  debug: "debug",
  trace: "debug",
};

const parseLevel: Parser<LogSettings["level"]> = (raw) => {
  // Predecessors wrote a comment behind the value.
  const [word = ""] = String(raw).trim().toLowerCase().split(/[\s#]/);
  const level = LEVELS[word];
  return level === undefined
    ? { problem: `"${word}" is not a level`, remedy: "Write one of: error, warn, info, debug." }
    : { value: level };
};

export function buildLog({ environment, files, problems }: BuildContext): LogSettings {
  const file = files.settings.log ?? {};
  const fromFile = file.level === undefined ? undefined : problems.take("log.level", parseLevel(file.level));
  return {
    level: environment.read(parseLevel, "LOG_LEVEL") ?? fromFile ?? "info",
    format: environment.read(parseChoice("json", "console"), "LOG_FORMAT") ?? file.format ?? "console",
    ...defined({ file: environment.read(parseText, "LOG_FILE", "LOG_FILE_PATH") ?? file.file }),
  };
}
