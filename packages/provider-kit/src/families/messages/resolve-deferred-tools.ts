import { type BodyEdit, type BodyScan, type Span, type Warning, memberEdits, removalEdits } from "@switchyard/wire";

import type { FieldChanges } from "./field-changes.ts";
import { type BlockSpan, type MessageChanges, memberOf } from "./message-changes.ts";

/** Claude Code sends it so that its list of deferred tools is never empty; it is never to be called. */
const PLACEHOLDER = "DeferredToolPlaceholder";

interface DeferredTools {
  edits: BodyEdit[];
  warnings: Warning[];
}

interface KnownTool extends Span {
  name: string;
  deferred: boolean;
}

/**
 * For an endpoint that does not know deferred tools: offers a deferred tool from the first reference to it
 * on, never before and never the placeholder, and turns references into what ToolSearch's own description
 * promises the model: one `<function>` line each.
 */
export function resolveDeferredTools(changes: MessageChanges, fields: FieldChanges): DeferredTools {
  const { scan } = changes;
  const tools = readTools(scan);
  const usesThem = tools.some(({ deferred, name }) => deferred || name === PLACEHOLDER);
  const usesReferences = /"tool_(?:reference|addition|removal)"/.test(scan.text);
  if (!usesThem && !usesReferences) return { edits: [], warnings: [] };
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const offered = new Set(tools.filter(({ deferred }) => !deferred).map(({ name }) => name));
  const added: string[] = [];
  const warnings: Warning[] = [];
  const note = (name: string) => {
    if (byName.has(name)) offered.add(name);
    else
      warnings.push({ code: "unknown-tool-reference", message: `tool_reference to '${name}', which is not defined` });
  };
  for (const index of changes.messages.keys()) {
    if (!changes.mentions(index, "tool_")) continue;
    const context: MessageContext = { changes, index, byName, note, added, offered };
    if (changes.role(index) === "system") resolveSystemMessage(context);
    else resolveToolResults(context);
  }
  offered.delete(PLACEHOLDER);
  return { edits: toolEdits(scan, fields, { tools, offered, added }), warnings };
}

function readTools(scan: BodyScan): KnownTool[] {
  return scan.tools.map(({ start, end, name }) => ({
    start,
    end,
    name: scan.readString(name) ?? "",
    deferred: scan.readBoolean(scan.member({ start, end }, "defer_loading")) === true,
  }));
}

interface MessageContext {
  changes: MessageChanges;
  index: number;
  byName: ReadonlyMap<string, KnownTool>;
  note: (name: string) => void;
  /** Definitions that came in the conversation, as raw JSON. */
  added: string[];
  offered: Set<string>;
}

function resolveToolResults(context: MessageContext): void {
  const { changes, index } = context;
  for (const block of changes.blocks(index)) {
    const content = block.type === "tool_result" ? memberOf(block, "content") : undefined;
    if (content === undefined || changes.scan.kind(content) !== "array") continue;
    const inner = changes.blocksAt(content);
    const names = inner.map((part) =>
      part.type === "tool_reference" ? changes.scan.readString(memberOf(part, "tool_name")) : undefined,
    );
    const first = names.findIndex((name) => name !== undefined);
    if (first < 0) continue;
    for (const name of names) if (name !== undefined) context.note(name);
    const text = JSON.stringify({ type: "text", text: functionsText(context, names) });
    const keep = inner.map((_part, at) => names[at] === undefined || at === first);
    const place = inner[first];
    if (place !== undefined) changes.edit(index, { start: place.start, end: place.end, replacement: text });
    for (const edit of removalEdits(inner, keep)) changes.edit(index, edit);
  }
}

function functionsText({ changes, byName }: MessageContext, names: readonly (string | undefined)[]): string {
  const lines = names.map((name) => {
    const tool = name === undefined || name === PLACEHOLDER ? undefined : byName.get(name);
    if (tool === undefined) return "";
    const definition = changes.scan.parse(tool) as { description?: unknown; input_schema?: unknown };
    const { description, input_schema: parameters } = definition;
    return `<function>${JSON.stringify({ description, name, parameters })}</function>\n`;
  });
  return `<functions>\n${lines.join("")}</functions>`;
}

function resolveSystemMessage({ changes, index, note, added, offered }: MessageContext): void {
  const { scan } = changes;
  for (const [at, block] of changes.blocks(index).entries()) {
    if (block.type !== "tool_addition" && block.type !== "tool_removal") continue;
    const tool = memberOf(block, "tool");
    const definition = scan.member(tool, "definition");
    const name = scan.readString(scan.member(definition ?? tool, "name")) ?? "";
    if (block.type === "tool_removal") offered.delete(name);
    else if (definition === undefined) note(name);
    else added.push(scan.text.slice(definition.start, definition.end));
    replaceByText({ changes, index }, { block, at, name });
  }
}

function replaceByText(
  { changes, index }: Pick<MessageContext, "changes" | "index">,
  { block, name }: { block: BlockSpan; at: number; name: string },
): void {
  const what = block.type === "tool_removal" ? "no longer available" : "available";
  const text = `From here on the tool ${name} is ${what}.`;
  changes.edit(index, { start: block.start, end: block.end, replacement: JSON.stringify({ type: "text", text }) });
}

interface ToolPlan {
  tools: readonly KnownTool[];
  offered: ReadonlySet<string>;
  added: readonly string[];
}

function toolEdits(scan: BodyScan, fields: FieldChanges, { tools, offered, added }: ToolPlan): BodyEdit[] {
  const field = scan.field("tools");
  const keep = tools.map(({ name }) => offered.has(name));
  if (added.length === 0 && !keep.includes(true)) {
    fields.remove("tools");
    fields.remove("tool_choice");
    return [];
  }
  const definitions = added.map((definition) => Buffer.from(definition, "latin1").toString("utf8"));
  if (field === undefined) {
    fields.set("tools", `[${definitions.join(",")}]`);
    return [];
  }
  const edits = removalEdits(tools, keep);
  for (const [index, tool] of tools.entries()) {
    if (keep[index] !== true || !tool.deferred) continue;
    edits.push(...memberEdits(scan.members(tool), tool, { remove: ["defer_loading"] }));
  }
  if (definitions.length > 0) {
    const end = field.end - 1;
    const comma = keep.includes(true) ? "," : "";
    edits.push({ start: end, end, replacement: comma + definitions.join(",") });
  }
  return edits;
}
