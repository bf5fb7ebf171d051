import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "dotenv";
import type { Problems } from "./problems.ts";
import type { Parser } from "./parse-values.ts";
import type { Secret } from "./settings.ts";
import { createSecret } from "./secret.ts";
import { expandVariables } from "./expand-variables.ts";

export interface Variable {
  name: string;
  value: string;
  /** True when it stands in the file .env of the working directory, not in the process's environment. */
  fromFile: boolean;
}

/** The variables of .env and of the process, the latter before the former. Empty ones count as absent. */
export interface Environment {
  readonly cwd: string;
  /** The first of the names that is set. */
  find(...names: readonly string[]): Variable | undefined;
  /** Every variable that is set. */
  all(): readonly Variable[];
  /** The parsed value of the first of the names that is set; a wrong one is noted as a problem. */
  read<T>(parser: Parser<T>, ...names: readonly string[]): T | undefined;
  /** The first of the names that is set, itself or by its companion `<NAME>_FILE`. */
  secret(...names: readonly string[]): Secret | undefined;
  /** The content of a file, without blanks around; undefined when it cannot be read or is empty. */
  secretFile(file: string): Secret | undefined;
}

export interface EnvironmentOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  problems: Problems;
}

/** Reads .env without touching process.env; .env.example is never read. */
export function createEnvironment({ cwd, env, problems }: EnvironmentOptions): Environment {
  const variables = new Map<string, Variable>();
  const own = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  for (const [name, value] of Object.entries(readDotenv(cwd, Object.fromEntries(own), problems))) {
    if (value.trim() !== "") variables.set(name, { name, value, fromFile: true });
  }
  for (const [name, value] of own) {
    if (!isServiceLink(name, value)) variables.set(name, { name, value, fromFile: false });
  }

  adoptLegacyAzure(variables, problems);

  const find: Environment["find"] = (...names) => {
    for (const name of names) {
      const variable = variables.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  };

  return {
    cwd,
    find,
    all: () => [...variables.values()],
    read(parser, ...names) {
      const variable = find(...names);
      return variable === undefined ? undefined : problems.take(variable.name, parser(variable.value));
    },
    secret(...names) {
      for (const name of names) {
        const secret = readSecret(name, { cwd, find, problems });
        if (secret !== undefined) return secret;
      }
      return undefined;
    },
    secretFile(file) {
      const text = readIfThere(path.resolve(cwd, file))?.trim();
      return text === undefined || text === "" ? undefined : createSecret(text);
    },
  };
}

/**
 * The multi-provider proxy that came before had one provider, OPENAI_*, which AZURE_API_VERSION made an
 * Azure one. Here these are two.
 */
function adoptLegacyAzure(variables: Map<string, Variable>, problems: Problems): void {
  const key = variables.get("OPENAI_API_KEY");
  const baseUrl = variables.get("OPENAI_BASE_URL");
  if (!variables.has("AZURE_API_VERSION") || variables.has("AZURE_API_KEY") || key === undefined) return;
  if (baseUrl === undefined || !/\.azure\.com(?=[:/]|$)/.test(baseUrl.value)) return;
  variables.set("AZURE_API_KEY", key);
  variables.set("AZURE_BASE_URL", baseUrl);
  variables.delete("OPENAI_API_KEY");
  variables.delete("OPENAI_BASE_URL");
  problems.warn(
    baseUrl.name,
    "names an Azure host and is taken for the provider azure",
    "Rename OPENAI_API_KEY and OPENAI_BASE_URL to AZURE_API_KEY and AZURE_BASE_URL.",
  );
}

/** Kubernetes sets `<SERVICE>_PORT=tcp://…` for every service of a namespace: never meant for us. */
function isServiceLink(name: string, value: string): boolean {
  return name.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(value);
}

/** Values may refer to other variables, of the file itself or of the process. */
/** What dotenv takes for a variable; values in quotes may go over several lines. */
const DOTENV_ENTRY =
  /^[^\S\n]*(?:export\s+)?[\w.-]+(?:[^\S\n]*=|:\s)(?:[^\S\n]*'(?:\\'|[^'])*'|[^\S\n]*"(?:\\"|[^"])*"|[^\S\n]*`(?:\\`|[^`])*`)?[^\n]*$/gm;

/**
 * Lines that dotenv passes over without a word: a credential whose "=" was forgotten would leave its owner with a
 * demonstration. What stands there is not repeated: it may be that credential.
 */
function noteStrayLines(text: string, problems: Problems): void {
  const rest = text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(DOTENV_ENTRY, (entry) => "\n".repeat(entry.split("\n").length - 1))
    .split("\n");
  for (const [index, line] of rest.entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    problems.warn(`.env:${index + 1}`, "is no variable and is not read", "Write it as NAME=value, or behind a #.");
  }
}

function readDotenv(cwd: string, env: Readonly<Record<string, string>>, problems: Problems): Record<string, string> {
  const text = readIfThere(path.join(cwd, ".env"));
  if (text === undefined) return {};
  noteStrayLines(text, problems);
  const raw = parse(text);
  const known = { ...raw, ...env };
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    // What the environment says goes before it anyway.
    if (env[name] !== undefined) continue;
    const { text: expanded, missing } = expandVariables(value, (wanted) =>
      wanted === name ? undefined : known[wanted],
    );
    for (const variable of missing) {
      problems.add(
        `.env: ${name}`,
        `the variable ${variable} is not set`,
        `Set it, or write \${${variable}:-default}.`,
      );
    }
    if (missing.length === 0) values[name] = expanded;
  }
  return values;
}

function readSecret(
  name: string,
  { cwd, find, problems }: Pick<Environment, "cwd" | "find"> & { problems: Problems },
): Secret | undefined {
  const direct = find(name);
  if (direct !== undefined) return createSecret(direct.value.trim());
  const file = find(`${name}_FILE`);
  if (file === undefined) return undefined;
  const text = readIfThere(path.resolve(cwd, file.value.trim()));
  if (text === undefined) {
    problems.add(
      file.name,
      "the file that it names cannot be read",
      `Write the secret into that file, or set ${name}.`,
    );
    return undefined;
  }
  if (text.trim() === "") {
    problems.add(file.name, "the file that it names is empty", "Write the secret into it.");
    return undefined;
  }
  return createSecret(text.trim());
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
