import { z } from "zod";
import type { Parser } from "./parse-values.ts";

/** A scalar of a file, read by the same parser that reads the variable of the same meaning. */
export function field<T>(parser: Parser<T>): z.ZodPipe<z.ZodUnknown, z.ZodTransform<T>> {
  return z.unknown().transform((raw, context): T => {
    if (raw === undefined) return fail(context, "is missing", "Add it.");
    if (raw === null) return fail(context, "is empty", "Fill it in, or leave it out.");
    const parsed = parser(raw);
    return "value" in parsed ? parsed.value : fail(context, parsed.problem, parsed.remedy);
  });
}

function fail(context: z.RefinementCtx, problem: string, remedy: string): never {
  context.addIssue({ code: "custom", message: problem, params: { remedy } });
  return z.NEVER;
}
