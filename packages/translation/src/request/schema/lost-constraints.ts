import { isRecord } from "../invalid-request.ts";

/** Keywords of JSON schema that the subset does not know, with the words that stand for them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["default", "default"],
  ["examples", "examples"],
  ["example", "example"],
  ["exclusiveMinimum", "greater than"],
  ["exclusiveMaximum", "less than"],
  ["multipleOf", "multiple of"],
  ["not", "not"],
  ["if", "if"],
  ["then", "then"],
  ["else", "else"],
  ["dependentRequired", "dependent required"],
  ["dependentSchemas", "dependent schemas"],
  ["patternProperties", "properties by pattern"],
  ["propertyNames", "property names"],
  ["contains", "contains"],
  ["minContains", "min contains"],
  ["maxContains", "max contains"],
  ["contentEncoding", "encoding"],
  ["contentMediaType", "media type"],
]);

/** What a target that takes only the subset has to be told in words. */
export function describeLost(schema: Record<string, unknown>): string[] {
  const lost: string[] = [];
  for (const keyword of Object.keys(schema)) {
    const words = WORDS.get(keyword);
    if (words !== undefined) lost.push(`${words}: ${JSON.stringify(schema[keyword])}`);
  }
  if (schema["uniqueItems"] === true) lost.push("items must be unique");
  if (schema["deprecated"] === true) lost.push("deprecated");
  const additional = schema["additionalProperties"];
  if (isRecord(additional) && Object.keys(additional).length > 0)
    lost.push(`further properties with values of: ${JSON.stringify(additional)}`);
  return lost;
}
