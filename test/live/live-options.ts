import { parseArgs } from "node:util";

export interface LiveOptions {
  /** Providers to ask; empty: all that are configured. */
  only: readonly string[];
  /** Cases to run; empty: all. */
  cases: readonly string[];
  /** Provider → upstream id of the model to ask there. */
  models: Readonly<Record<string, string>>;
  maxDollars: number;
  /** Folder for recordings; absent: nothing is written. */
  record?: string;
  list: boolean;
  help: boolean;
}

/** A command line that cannot be meant; the message says what could. */
export class OptionsError extends Error {
  override readonly name = "OptionsError";
}

export const USAGE = `npm run test:live -- [options]

  --only <provider>          ask this provider only; may be repeated
  --case <name>              run this case only; may be repeated
  --model <provider>=<id>    ask this model there instead of the cheapest one
  --max-dollars <dollars>    spend no more than this in the whole run (default 0.50)
  --record <folder>          write the upstreams' answers there, redacted
  --list                     show what would be asked, and ask nobody
`;

/** @throws OptionsError */
export function parseLiveOptions(args: readonly string[]): LiveOptions {
  const values = readArguments(args);
  return {
    only: values.only ?? [],
    cases: values.case ?? [],
    models: Object.fromEntries((values.model ?? []).map(parseModel)),
    maxDollars: parseDollars(values["max-dollars"]),
    ...(values.record === undefined ? {} : { record: values.record }),
    list: values.list ?? false,
    help: values.help ?? false,
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true },
        case: { type: "string", multiple: true },
        model: { type: "string", multiple: true },
        "max-dollars": { type: "string" },
        record: { type: "string" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseModel(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new OptionsError(`--model ${text}: say <provider>=<model id>, e.g. openai=gpt-6-luna`);
}

const DEFAULT_DOLLARS = 0.5;

function parseDollars(text: string | undefined): number {
  if (text === undefined) return DEFAULT_DOLLARS;
  const dollars = Number(text);
  if (text.trim() !== "" && Number.isFinite(dollars) && dollars >= 0) return dollars;
  throw new OptionsError(`--max-dollars ${text}: say an amount in dollars, e.g. 0.25`);
}
