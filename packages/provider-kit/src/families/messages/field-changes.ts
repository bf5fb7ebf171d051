import { type BodyEdit, type BodyScan, fieldEdits } from "@switchyard/wire";

/** Collects what becomes of the top-level fields: the last word on each counts. Values are raw JSON. */
export class FieldChanges {
  readonly #scan: BodyScan;
  readonly #set = new Map<string, string>();
  readonly #removed = new Set<string>();

  constructor(scan: BodyScan) {
    this.#scan = scan;
  }

  set(name: string, json: string): void {
    this.#removed.delete(name);
    this.#set.set(name, json);
  }

  remove(name: string): void {
    this.#set.delete(name);
    this.#removed.add(name);
  }

  has(name: string): boolean {
    if (this.#removed.has(name)) return false;
    return this.#set.has(name) || this.#scan.field(name) !== undefined;
  }

  isChanged(name: string): boolean {
    return this.#removed.has(name) || this.#set.has(name);
  }

  /** The field's value as it will be sent; for small fields only. */
  read(name: string): unknown {
    if (this.#removed.has(name)) return undefined;
    const set = this.#set.get(name);
    if (set !== undefined) return JSON.parse(set);
    const field = this.#scan.field(name);
    return field === undefined ? undefined : this.#scan.parse(field);
  }

  /** The field's value, where it is an object. */
  readObject(name: string): Record<string, unknown> | undefined {
    const value = this.read(name);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  }

  /** Removes members of an object field, and the field when nothing is left of it. */
  removeMembers(name: string, members: readonly string[]): void {
    const value = this.readObject(name);
    if (value === undefined || !members.some((member) => member in value)) return;
    const rest = Object.fromEntries(Object.entries(value).filter(([member]) => !members.includes(member)));
    if (Object.keys(rest).length === 0) this.remove(name);
    else this.set(name, JSON.stringify(rest));
  }

  toEdits(): BodyEdit[] {
    const remove = [...this.#removed].filter((name) => this.#scan.field(name) !== undefined);
    if (remove.length === 0 && this.#set.size === 0) return [];
    return fieldEdits(this.#scan, { set: Object.fromEntries(this.#set), remove });
  }
}
