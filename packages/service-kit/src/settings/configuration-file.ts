import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { CONFIGURATION_NAMES } from "./configuration-names.ts";
import { loadSettings, type LoadOptions } from "./load-settings.ts";
import { providerName } from "./provider-entries.ts";
import { type Settings, SettingsError } from "./settings.ts";

/** Fields of one provider as the file has them, by its name; null takes a field out. */
export type ProviderChange = Readonly<Record<string, unknown>> & { readonly name: string };

/** The file that people configure the mesh with. */
export interface ConfigurationFile {
  /** The file that is read, or the one that the first change makes. */
  path(): string;
  /**
   * Writes changes of providers into it, all or none; comments and everything else stay. What was there before is kept
   * beside it as "<file>.bak". Gives the settings as they are then.
   * @throws SettingsError when they would be wrong; then the file is as it was.
   */
  change(providers: readonly ProviderChange[]): { settings: Settings; backup?: string };
}

/** Secrets are in it: nobody else reads it. */
const MODE = 0o600;
/** How masked secrets are shown; whoever sends one back means the one that is there. */
const MASKED = "***";

export function createConfigurationFile(options: LoadOptions): ConfigurationFile {
  const find = (): string => findConfiguration(options);
  return {
    path: find,
    change(providers) {
      const file = find();
      const exists = existsSync(file);
      // What cannot be read now must not be written over.
      if (exists) loadSettings({ ...options, configPath: file });
      const text = writeProviders(exists ? readFileSync(file, "utf8") : "", providers, file.endsWith(".json"));
      const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.draft`);
      writeFileSync(draft, text, { mode: exists ? statSync(file).mode & 0o777 : MODE });
      try {
        const settings = check(draft, file, options);
        const backup = `${file}.bak`;
        if (exists) copyFileSync(file, backup);
        renameSync(draft, file);
        return exists ? { settings, backup } : { settings };
      } finally {
        rmSync(draft, { force: true });
      }
    },
  };
}

function findConfiguration({ cwd, env, configPath }: LoadOptions): string {
  const named = configPath ?? env["SWITCHYARD_CONFIG"]?.trim();
  if (named !== undefined && named !== "") return path.resolve(cwd, named);
  const known = CONFIGURATION_NAMES.map((name) => path.join(cwd, name));
  return known.find((file) => existsSync(file)) ?? path.join(cwd, "switchyard.yaml");
}

/** The settings with the draft in the file's place; problems are told of the file. */
function check(draft: string, file: string, options: LoadOptions): Settings {
  try {
    return loadSettings({ ...options, configPath: draft });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const rename = (text: string): string => text.replaceAll(path.basename(draft), path.basename(file));
    throw new SettingsError(error.problems.map((one) => ({ ...one, path: rename(one.path) })));
  }
}

/** The file's text with the changes in it. Pure. */
export function writeProviders(text: string, changes: readonly ProviderChange[], asJson = false): string {
  const parsed = parseDocument(text);
  const document = isMap(parsed.contents) ? parsed : new Document({});
  const existing = document.get("providers");
  const list = isSeq(existing) ? existing : document.createNode([]);
  if (list !== existing) document.set("providers", list);
  for (const change of changes) {
    const entry = list.items.find(
      (item): item is YAMLMap => isMap(item) && providerName(String(item.get("name"))) === providerName(change.name),
    );
    const fields = Object.entries(change).filter(([, value]) => value !== MASKED);
    if (entry === undefined) {
      list.add(document.createNode(Object.fromEntries(fields.filter(([, value]) => value !== null))));
      continue;
    }
    for (const [name, value] of fields) {
      if (name === "name") continue;
      if (value === null) entry.delete(name);
      else entry.set(name, document.createNode(value));
    }
  }
  return asJson ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString();
}
