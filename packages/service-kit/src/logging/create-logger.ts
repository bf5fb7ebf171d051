import winston from "winston";

import type { LogSettings } from "../settings/settings.ts";
import { redactFields } from "./redact.ts";

export type LogFields = Readonly<Record<string, unknown>>;

/** Messages are constant; what varies goes into the fields. Never bodies, never credentials. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** A logger whose every line carries these fields too. */
  child(fields: LogFields): Logger;
  /** True when lines of this level are written: for fields that cost something. */
  isEnabled(level: LogLevel): boolean;
  /** Ends when everything is written. */
  close(): Promise<void>;
}

export type LogLevel = LogSettings["level"];

export interface LogIdentity {
  service: string;
  provider?: string;
}

const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

const COLOURS: Readonly<Record<LogLevel, string>> = { error: "31", warn: "33", info: "32", debug: "90" };

/** Rotation of a log file: size in bytes and number of files kept. */
const FILE_ROTATION = { maxsize: 20 * 1024 * 1024, maxFiles: 5, tailable: true };

export interface LoggerOptions {
  /** Where lines go; default stdout. */
  stream?: NodeJS.WritableStream;
  /** Colours of the console format; default: only on a terminal without NO_COLOR. */
  colour?: boolean;
}

/** JSON lines, or lines for people, on stdout and, where set, in a file that rotates. */
export function createLogger(log: LogSettings, identity: LogIdentity, options: LoggerOptions = {}): Logger {
  const colour = options.colour ?? (options.stream === undefined && process.stdout.isTTY && process.stdout.hasColors());
  const backend = winston.createLogger({
    levels: LEVELS,
    level: log.level,
    format: winston.format.printf((info) => String(info["line"])),
    transports: [
      options.stream === undefined
        ? new winston.transports.Stream({ stream: process.stdout })
        : new winston.transports.Stream({ stream: options.stream }),
      ...(log.file === undefined ? [] : [new winston.transports.File({ filename: log.file, ...FILE_ROTATION })]),
    ],
    exitOnError: false,
  });
  const { service, provider } = identity;
  const who = provider === undefined || provider === service ? service : `${service}/${provider}`;
  const format =
    log.format === "json"
      ? formatJson
      : (line: LogLine) => formatConsole(line, { who, own: provider ?? service, colour });
  const write = (line: LogLine): void => {
    backend.log({ level: line.level, message: "", line: format(line) });
  };
  return bindLogger({ write, threshold: LEVELS[log.level], close: () => closeBackend(backend) }, { ...identity });
}

interface LogLine {
  level: LogLevel;
  message: string;
  fields: Record<string, unknown>;
}

interface LogSink {
  write(line: LogLine): void;
  threshold: number;
  close(): Promise<void>;
}

function bindLogger(sink: LogSink, bound: LogFields): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (LEVELS[level] > sink.threshold) return;
    sink.write({ level, message, fields: redactFields({ ...bound, ...fields }) });
  };
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: (fields) => bindLogger(sink, { ...bound, ...fields }),
    isEnabled: (level) => LEVELS[level] <= sink.threshold,
    close: () => sink.close(),
  };
}

function formatJson({ level, message, fields }: LogLine): string {
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
}

/** What stands at the head of each line in a console: not once more among its fields. */
interface ConsoleHead {
  who: string;
  /** The provider that the process serves. */
  own: string;
  colour: boolean;
}

function formatConsole({ level, message, fields }: LogLine, { who, own, colour }: ConsoleHead): string {
  const paint = (code: string, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const details = Object.entries(fields)
    .filter(([name, value]) => name !== "service" && !(name === "provider" && value === own))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
  const time = new Date().toISOString().slice(11, 23);
  const head = `${paint("90", time)} ${paint(COLOURS[level], level.padEnd(5))} ${who}: ${message}`;
  return details === "" ? head : `${head} ${paint("90", details)}`;
}

/** Waits for the file transport, which alone buffers. */
function closeBackend(backend: winston.Logger): Promise<void> {
  return new Promise((resolve) => {
    backend.once("finish", resolve);
    backend.end();
  });
}

const nothing = (): void => {};

/** A logger that writes nothing: for tools and tests that have no use for lines. */
export function createSilentLogger(): Logger {
  const logger: Logger = {
    error: nothing,
    warn: nothing,
    info: nothing,
    debug: nothing,
    child: () => logger,
    isEnabled: () => false,
    close: async () => {},
  };
  return logger;
}
