import type { BodyScan, FieldSpan, Span } from "./span-scanner.ts";

/** Replaces the bytes of a span; an empty span inserts, an empty replacement removes. */
export interface BodyEdit extends Span {
  readonly replacement: string | Buffer;
}

/** What should become of an object's members; values are raw JSON text. */
export interface FieldChanges {
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/**
 * The body with the edits applied, in one allocation; everything else stays byte for byte. Edits come in
 * any order; those that start at the same place are applied in the order given.
 * @throws RangeError when edits overlap or reach outside the body.
 */
export function spliceBody(body: Buffer, edits: readonly BodyEdit[]): Buffer {
  if (edits.length === 0) return body;
  const sorted = edits.toSorted((one, other) => one.start - other.start || one.end - other.end);
  const result = Buffer.allocUnsafe(lengthAfter(body, sorted));
  let read = 0;
  let written = 0;
  for (const { start, end, replacement } of sorted) {
    written += body.copy(result, written, read, start);
    written += typeof replacement === "string" ? result.write(replacement, written) : replacement.copy(result, written);
    read = end;
  }
  body.copy(result, written, read);
  return result;
}

function lengthAfter(body: Buffer, sorted: readonly BodyEdit[]): number {
  let length = body.length;
  let reached = 0;
  for (const { start, end, replacement } of sorted) {
    if (start < reached) throw new RangeError(`edits overlap at byte ${start}`);
    if (end < start || end > body.length) throw new RangeError(`an edit reaches outside the body: ${start} to ${end}`);
    length += Buffer.byteLength(replacement) - (end - start);
    reached = end;
  }
  return length;
}

/** Edits that set and remove top-level fields; every occurrence of a repeated name is removed, the last one set. */
export function fieldEdits(scan: BodyScan, changes: FieldChanges): BodyEdit[] {
  return memberEdits(scan.fields, scan.root, changes);
}

/** The same for any object: its members as `scan.members(object)` gives them. */
export function memberEdits(members: readonly FieldSpan[], object: Span, changes: FieldChanges): BodyEdit[] {
  const removed = new Set(changes.remove);
  const keep = members.map(({ name }) => !removed.has(name));
  const edits = removalEdits(
    members.map(({ keyStart, end }) => ({ start: keyStart, end })),
    keep,
  );
  const added: string[] = [];
  for (const [name, json] of Object.entries(changes.set ?? {})) {
    const present = members.findLast((member) => member.name === name && !removed.has(name));
    if (present === undefined) added.push(`${JSON.stringify(name)}:${json}`);
    else edits.push({ start: present.start, end: present.end, replacement: json });
  }
  if (added.length > 0) edits.push(insertion(members, keep, object, added.join(",")));
  return edits;
}

function insertion(members: readonly FieldSpan[], keep: readonly boolean[], object: Span, text: string): BodyEdit {
  const last = members[keep.lastIndexOf(true)];
  if (last === undefined) return { start: object.start + 1, end: object.start + 1, replacement: text };
  return { start: last.end, end: last.end, replacement: `,${text}` };
}

/** Edits that remove those elements of an array (or members of an object) that are not kept, with their commas. */
export function removalEdits(elements: readonly Span[], keep: readonly boolean[]): BodyEdit[] {
  const edits: BodyEdit[] = [];
  const firstKept = keep.indexOf(true);
  for (const [index, element] of elements.entries()) {
    if (keep[index] === true) continue;
    const before = elements[index - 1];
    const after = elements[index + 1];
    // After a kept one the comma before goes, in front of the first kept one the comma behind.
    if (firstKept !== -1 && index > firstKept && before !== undefined) {
      edits.push({ start: before.end, end: element.end, replacement: "" });
    } else {
      edits.push({ start: element.start, end: after?.start ?? element.end, replacement: "" });
    }
  }
  return edits;
}
