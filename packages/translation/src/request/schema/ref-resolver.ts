import { isRecord } from "../invalid-request.ts";

type Schema = Record<string, unknown>;

export interface EnteredSchema {
  /** The schema with its reference inlined; what stood beside the reference wins. */
  schema: Schema;
  /** True when the reference leads back into itself. */
  recursive: boolean;
  /** The last part of the reference. */
  name: string;
  /** For what stands inside. */
  refs: RefResolver;
}

/** Inlines local references, each with its own path of open ones, so that a recursive schema ends. */
export interface RefResolver {
  enter(schema: Schema): EnteredSchema;
}

export function createRefResolver(root: Schema, open: readonly string[] = []): RefResolver {
  const resolver: RefResolver = {
    enter(schema) {
      let current = schema;
      let path = open;
      while (typeof current["$ref"] === "string") {
        const { $ref: reference, ...siblings } = current as Schema & { $ref: string };
        const name = reference.slice(reference.lastIndexOf("/") + 1);
        if (path.includes(reference)) return { schema: siblings, recursive: true, name, refs: resolver };
        path = [...path, reference];
        const target = lookUp(root, reference);
        // A reference that leads nowhere says nothing; its siblings still do.
        current = { ...target, ...siblings };
      }
      const refs = path === open ? resolver : createRefResolver(root, path);
      return { schema: current, recursive: false, name: "", refs };
    },
  };
  return resolver;
}

function lookUp(root: Schema, reference: string): Schema | undefined {
  if (!reference.startsWith("#")) return undefined;
  let current: unknown = root;
  for (const step of reference
    .slice(1)
    .split("/")
    .filter((text) => text !== "")) {
    if (!isRecord(current) && !Array.isArray(current)) return undefined;
    const key = decodeStep(step);
    if (!Object.hasOwn(current, key)) return undefined;
    current = (current as Schema)[key];
  }
  return isRecord(current) ? current : undefined;
}

/** RFC 6901: "~1" is "/", "~0" is "~"; in a fragment also percent-encoded. */
function decodeStep(step: string): string {
  const plain = step.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
