import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach } from "@jest/globals";
import { loadSettings } from "./load-settings.ts";
import type { LoadOptions } from "./load-settings.ts";
import type { ProviderSettings, Settings, SettingsProblem } from "./settings.ts";
import { SettingsError } from "./settings.ts";

export interface World extends Partial<Pick<LoadOptions, "alone" | "configPath" | "now">> {
  env?: Record<string, string>;
  /** Path → content; what is no text becomes JSON. */
  files?: Record<string, unknown>;
}

const folders: string[] = [];

/** Removes what `load` made, after each test of the file that calls this. */
export function cleanUpAfterEach(): void {
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
}

/** A working directory with these files. */
export function createFolder(files: Record<string, unknown> = {}): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-settings-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

export function load({ env = {}, files, ...options }: World = {}): Settings {
  return loadSettings({ cwd: createFolder(files), env, ...options });
}

/** The problems of a world that cannot be loaded. */
export function problemsOf(world: World): readonly SettingsProblem[] {
  try {
    load(world);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error("These settings have no problem.");
}

export function providerOf(settings: Settings, name: string): ProviderSettings {
  const provider = settings.providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw new Error(`There is no provider ${name}.`);
  return provider;
}

/** The provider's key, or undefined where it has none. */
export function keyOf(settings: Settings, name: string): string | undefined {
  const { credential } = providerOf(settings, name);
  return credential?.type === "api_key" ? credential.value.reveal() : undefined;
}
