import { isRecord } from "../invalid-request.ts";
import type { RefResolver } from "./ref-resolver.ts";

type Schema = Record<string, unknown>;

export interface MergedSchema {
  schema: Schema;
  /** What could not be merged, in words. */
  lost: string[];
  /** For what stands inside. */
  refs: RefResolver;
}

/** allOf as one schema: properties and requirements together, the first of two contradicting keywords. */
export function mergeAllOf(schema: Schema, refs: RefResolver): MergedSchema {
  const { allOf, ...base } = schema;
  if (!Array.isArray(allOf)) return { schema, lost: [], refs };
  let merged: Schema = base;
  let open = refs;
  const lost: string[] = [];
  for (const part of allOf as unknown[]) {
    if (!isRecord(part)) continue;
    const entered = open.enter(part);
    if (entered.recursive) {
      lost.push(`also the same structure again: ${entered.name}`);
      continue;
    }
    const inner = mergeAllOf(entered.schema, entered.refs);
    open = inner.refs;
    lost.push(...inner.lost);
    merged = mergeTwo(merged, inner.schema);
  }
  return { schema: merged, lost, refs: open };
}

/** An object's alternatives as one object with the properties of all; required is what each of them requires. */
export function mergeAlternatives(schema: Schema, refs: RefResolver): MergedSchema {
  const { anyOf, oneOf, ...base } = schema;
  const listed: unknown = anyOf ?? oneOf;
  if (!Array.isArray(listed)) return { schema, lost: [], refs };
  const properties: Schema = {};
  let required: unknown[] | undefined;
  for (const branch of listed as unknown[]) {
    if (!isRecord(branch)) continue;
    const entered = refs.enter(branch);
    if (isRecord(entered.schema["properties"])) Object.assign(properties, entered.schema["properties"]);
    const its: unknown[] = Array.isArray(entered.schema["required"]) ? entered.schema["required"] : [];
    required = required === undefined ? its : required.filter((name) => its.includes(name));
  }
  const merged = mergeTwo(base, { type: "object", properties, required: required ?? [] });
  return { schema: merged, lost: [`one of these: ${JSON.stringify(listed)}`], refs };
}

function mergeTwo(left: Schema, right: Schema): Schema {
  const merged: Schema = { ...right, ...left };
  if (isRecord(left["properties"]) && isRecord(right["properties"]))
    merged["properties"] = { ...right["properties"], ...left["properties"] };
  if (Array.isArray(left["required"]) && Array.isArray(right["required"]))
    merged["required"] = [...new Set([...(left["required"] as unknown[]), ...(right["required"] as unknown[])])];
  return merged;
}
