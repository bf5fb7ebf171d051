import type { ModelTier } from "@switchyard/wire";
import type { CatalogModel } from "../model.ts";
import { bareName } from "../model-names.ts";

interface NameParts {
  /** What is left of the name without version and stage: "claude", "opus". */
  words: ReadonlySet<string>;
  /** 50500 for 5.5; Infinity where the name has none: then the newest is the nearest. */
  version: number;
  /** Is it a family's bare name, "gpt-7"? Then no member of the family is nearer by its words. */
  bare: boolean;
}

interface Kin {
  model: CatalogModel;
  parts: NameParts;
  /** Words that only one of both names has. */
  strange: number;
}

/** Parts of names that say how finished a model is, not which. */
const STAGES = new Set(["preview", "exp", "experimental", "latest", "beta"]);
/** More words than this that nobody in the family has make it another family's. */
const MOST_UNKNOWN_WORDS = 1;

/**
 * The known model that a name is nearest to, for a price: of the same family, of the same variant before others, of
 * the nearest version, in doubt the newer. undefined: nobody knows the family, or the name says too much that is new.
 */
export function findKin(
  name: string,
  { models, tier }: { models: readonly CatalogModel[]; tier: ModelTier },
): CatalogModel | undefined {
  const asked = bareName(name);
  const family = familyOf(asked, models);
  if (family === undefined) return undefined;
  const parts = partsOf(asked, family);
  const known = new Set(family.members.flatMap((member) => [...partsOf(member.canonical, family).words]));
  if (countOutside(parts.words, known) > MOST_UNKNOWN_WORDS) return undefined;
  const kin = family.members.filter(({ canonical }) => canonical !== asked).map((model) => toKin(model, parts, family));
  return kin.toSorted((one, other) => compareKin(one, other, { parts, tier }))[0]?.model;
}

function toKin(model: CatalogModel, asked: NameParts, family: Family): Kin {
  const parts = partsOf(model.canonical, family);
  return { model, parts, strange: countDifferent(parts.words, asked.words) };
}

function compareKin(one: Kin, other: Kin, { parts, tier }: { parts: NameParts; tier: ModelTier }): number {
  const orders = [
    ({ strange }: Kin): number => (strange === 0 && !parts.bare ? 0 : 1),
    (kin: Kin): number => distance(kin.parts.version, parts.version),
    ({ strange }: Kin): number => (parts.bare ? 0 : strange),
    ({ model }: Kin): number => (model.tier === tier ? 0 : 1),
    (kin: Kin): number => -kin.parts.version,
    ({ model }: Kin): number => model.rank ?? Infinity,
  ];
  for (const order of orders) {
    const [a, b] = [order(one), order(other)];
    if (a !== b) return a - b;
  }
  return 0;
}

function distance(known: number, asked: number): number {
  return asked === Infinity ? -known : Math.abs(known - asked);
}

interface Family {
  stem: string;
  members: readonly CatalogModel[];
}

/** Of several the one with the longest name: "gpt-oss" is another family than "gpt". */
function familyOf(asked: string, models: readonly CatalogModel[]): Family | undefined {
  const stems = [...new Set(models.map(stemOf))].filter((stem) => belongsTo(asked, stem));
  const stem = stems.toSorted((one, other) => other.length - one.length)[0];
  return stem === undefined ? undefined : { stem, members: models.filter((model) => stemOf(model) === stem) };
}

/** "opus" of Claude's, whose names start with the maker; "gpt" of "gpt-5.6" and "gpt-4o". */
function stemOf({ canonical, lineage }: CatalogModel): string {
  return canonical.startsWith("claude-") ? `claude-${lineage}` : lineage.replace(/-?\d.*$/, "");
}

function belongsTo(asked: string, stem: string): boolean {
  const [maker, lineage] = stem.startsWith("claude-") ? ["claude", stem.slice("claude-".length)] : [stem, undefined];
  if (!asked.startsWith(maker) || /^[a-z]/.test(asked.slice(maker.length))) return false;
  return lineage === undefined || asked.split(/[^a-z0-9]+/).includes(lineage);
}

function partsOf(name: string, { stem }: Family): NameParts {
  const words = new Set<string>();
  const numbers: number[] = [];
  for (const token of name.split(/[^a-z0-9]+/).filter((part) => part !== "")) {
    const [, before = "", number, after = ""] = /^([a-z]*)(\d{1,3})([a-z]?)$/.exec(token) ?? [];
    // "20b" is a size.
    if (number === undefined || after === "b") words.add(token);
    else {
      numbers.push(Number(number));
      for (const letters of [before, after]) if (letters !== "") words.add(letters);
    }
  }
  for (const stage of STAGES) words.delete(stage);
  const [major, minor = 0, patch = 0] = numbers;
  return {
    words,
    version: major === undefined ? Infinity : major * 10_000 + minor * 100 + patch,
    bare: countDifferent(words, new Set(stem.split("-"))) === 0,
  };
}

function countDifferent(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return countOutside(one, other) + countOutside(other, one);
}

function countOutside(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...words].filter((word) => !others.has(word)).length;
}
