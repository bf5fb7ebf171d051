import { enableCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

import type { Logger } from "../logging/create-logger.ts";
import type { ConfigurationFile } from "../settings/configuration-file.ts";
import type { Settings, SettingsError } from "../settings/settings.ts";

/** What a service is started with. */
export interface ServiceContext {
  settings: Settings;
  logger: Logger;
  /** Reads files and environment anew. Throws SettingsError. */
  reload: () => Settings;
  /** Changes the file that settings are read from. */
  configuration: ConfigurationFile;
}

export interface RunningService {
  /** Addresses for people. */
  readonly urls: readonly string[];
  close(): Promise<void>;
}

export type StartService = (context: ServiceContext) => Promise<RunningService>;

export interface RunOptions {
  /** Name of the provider that this process is, where it is another than the service's: PORT and HOST are its own. */
  alone?: string;
}

/** EX_CONFIG of sysexits.h: a restart does not help, the configuration must change. */
const EXIT_CONFIGURATION = 78;

/**
 * A service's main: settings, start, signals, exit codes. This module imports nothing of weight, so that
 * the compile cache is on before anything of weight is loaded: `start` imports its service dynamically.
 *
 * SIGTERM and SIGINT close gracefully, a second one ends at once. Exit codes: 0 closed, 1 failed,
 * 78 the configuration is wrong.
 */
export function runService(name: string, start: StartService, options: RunOptions = {}): void {
  enableCompileCache();
  // Bodies lie outside the heap. By default every 64 MB of them cost a full collection of the heap, half
  // the time of a 1 MB request; so they count towards the limits of the heap as a whole.
  setFlagsFromString("--external-memory-accounted-in-global-limit");
  void run(name, start, options).catch((error: unknown) => {
    process.stderr.write(`${name} cannot start: ${describe(error)}\n`);
    process.exit(isConfigurationError(error) ? EXIT_CONFIGURATION : 1);
  });
}

async function run(name: string, start: StartService, { alone = name }: RunOptions): Promise<void> {
  const { loadSettings } = await import("../settings/load-settings.ts");
  const { createConfigurationFile } = await import("../settings/configuration-file.ts");
  const sources = { cwd: process.cwd(), env: process.env, alone };
  const reload = (): Settings => loadSettings(sources);
  const settings = reload();
  const { createLogger } = await import("../logging/create-logger.ts");
  const logger = createLogger(settings.log, { service: name });
  endOnUnforeseenErrors(logger);
  for (const { path, problem, remedy } of settings.warnings) logger.warn("settings", { path, problem, remedy });
  const service = await start({ settings, logger, reload, configuration: createConfigurationFile(sources) });
  closeOnSignals(service, logger);
  const { releaseMemoryWhenIdle } = await import("./release-memory.ts");
  releaseMemoryWhenIdle();
  logger.info("started", { urls: service.urls, revision: settings.revision });
}

function closeOnSignals(service: RunningService, logger: Logger): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (closing) process.exit(130);
    closing = true;
    logger.info("stopping", { signal });
    void service.close().then(
      () => end(logger, "stopped", 0),
      (error: unknown) => {
        logger.error("stopping failed", { error });
        return end(logger, "stopped", 1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  // The launcher holds an IPC channel: without it nobody would be left to stop this process.
  process.on("disconnect", () => onSignal("SIGTERM"));
}

async function end(logger: Logger, message: string, code: number): Promise<void> {
  logger.info(message);
  await logger.close();
  process.exit(code);
}

/** What nobody caught leaves the process in an unknown state: it ends, and is started anew from outside. */
function endOnUnforeseenErrors(logger: Logger): void {
  const give = (kind: string) => (error: unknown) => {
    logger.error("unforeseen error", { kind, error });
    void end(logger, "ending", 1);
  };
  process.on("uncaughtException", give("exception"));
  process.on("unhandledRejection", give("rejection"));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isConfigurationError(error)) {
    const { problems } = error;
    const lines = problems.map(({ path, problem, remedy }) => `  - ${path}: ${problem}. ${remedy}`);
    return `${problems.length === 1 ? "one problem" : `${problems.length} problems`} in the settings\n${lines.join("\n")}`;
  }
  return error.name === "StartError" ? error.message : (error.stack ?? error.message);
}

function isConfigurationError(error: unknown): error is SettingsError {
  return error instanceof Error && error.name === "SettingsError";
}
