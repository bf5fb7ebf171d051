import {
  type BodyEdit,
  type BodyScan,
  type Rejection,
  type Span,
  memberEdits,
  scanBody,
  spliceBody,
} from "@switchyard/wire";
import { THINKING_HISTORY, THINKING_IN_LOOP } from "@switchyard/wire";

import { type FieldPath, parseFieldPath } from "../../rejections/field-path.ts";
import { SYSTEM_MESSAGES, TOOL_CHANGES } from "../../rejections/rejection-wordings.ts";
import { type BetaFields, featureOfBeta } from "./beta-header.ts";
import type { FieldChanges } from "./field-changes.ts";

/** What a target goes without, sorted by how it is left out. */
export interface LeaveOutPlan {
  isEmpty: boolean;
  /** True for a beta that goes: by its own name, or because the field that belongs to it was refused. */
  removesBeta: (beta: string) => boolean;
  /** Features that take more than the removal of one field. */
  features: Partial<BetaFields>;
  /** Top-level fields. */
  fields: readonly string[];
  /** Members of top-level objects, by the object's name. */
  members: readonly (readonly [field: string, member: string])[];
  /** Fields that lie deeper. */
  places: readonly FieldPath[];
  thinkingHistory: boolean;
  thinkingInLoop: boolean;
}

/** Fields that belong to a beta, with their features: never one half of the pair. */
const FEATURES: Readonly<Record<string, readonly (keyof BetaFields)[]>> = {
  context_management: ["contextManagement"],
  output_config: ["effort", "outputFormat", "taskBudget"],
  "output_config.effort": ["effort"],
  "output_config.format": ["outputFormat"],
  "output_config.task_budget": ["taskBudget"],
  output_format: ["outputFormat"],
  speed: ["speed"],
  mcp_servers: ["mcpServers"],
  "tools[*].eager_input_streaming": ["toolStreaming"],
  "tools[*].defer_loading": ["deferredTools"],
  "messages[*].output_config": ["turnControl"],
  "cache_control.scope": ["cacheScope"],
  [SYSTEM_MESSAGES]: ["systemMessages"],
  [TOOL_CHANGES]: ["toolChanges"],
};

export function planLeaveOut(rejections: readonly Rejection[] = []): LeaveOutPlan {
  const betas = new Set(rejections.filter(({ kind }) => kind === "beta").map(({ name }) => name));
  const names = rejections.filter(({ kind }) => kind === "field").map(({ name }) => name);
  const features = Object.fromEntries(names.flatMap((name) => FEATURES[name] ?? []).map((feature) => [feature, true]));
  const paths = names.flatMap((name) => {
    const path = isSpecial(name) ? undefined : parseFieldPath(name);
    return path === undefined ? [] : [path];
  });
  return {
    isEmpty: rejections.length === 0,
    removesBeta: (beta) => betas.has(beta) || features[featureOfBeta(beta) ?? ""] === true,
    features,
    fields: paths.filter(({ length }) => length === 1).flat(),
    members: paths.flatMap(([field = "", member = "", ...more]) =>
      member === "" || member === "*" || more.length > 0 || field === "cache_control" ? [] : [[field, member] as const],
    ),
    places: paths.filter(([field, ...more]) => more.length > 1 || (field === "cache_control" && more.length === 1)),
    thinkingHistory: names.includes(THINKING_HISTORY),
    thinkingInLoop: names.includes(THINKING_IN_LOOP),
  };
}

function isSpecial(name: string): boolean {
  return [THINKING_HISTORY, THINKING_IN_LOOP, SYSTEM_MESSAGES, TOOL_CHANGES].includes(name);
}

/** The top-level fields and members of a plan. */
export function leaveOutFields(fields: FieldChanges, plan: LeaveOutPlan): void {
  for (const name of plan.fields) fields.remove(name);
  for (const [name, member] of plan.members) fields.removeMembers(name, [member]);
}

/** What lies deeper, after everything else has been edited: one pass over the body per place. */
export function removePlaces(body: Buffer, places: readonly FieldPath[]): Buffer {
  let edited = body;
  for (const place of places) {
    const last = place.at(-1) ?? "";
    if (!edited.includes(`"${last}"`)) continue;
    const scan = scanBody(edited);
    // A marker can stand on any block: its fields are left out wherever it does.
    const edits = place[0] === "cache_control" ? markerEdits(scan, last) : editsAt(scan, scan.root, place);
    edited = spliceBody(edited, edits);
  }
  return edited;
}

function editsAt(scan: BodyScan, holder: Span, [first = "", ...rest]: FieldPath): BodyEdit[] {
  const kind = scan.kind(holder);
  if (first === "*") return kind === "array" ? scan.elements(holder).flatMap((one) => editsAt(scan, one, rest)) : [];
  if (kind !== "object") return [];
  if (rest.length === 0) return removeMember(scan, holder, first);
  const inner = scan.member(holder, first);
  return inner === undefined ? [] : editsAt(scan, inner, rest);
}

function markerEdits(scan: BodyScan, name: string): BodyEdit[] {
  const list = (span: Span | undefined) =>
    span !== undefined && scan.kind(span) === "array" ? scan.elements(span) : [];
  const blocks = scan.messages.flatMap(({ content }) => list(content));
  const inner = blocks.flatMap((block) => (scan.kind(block) === "object" ? list(scan.member(block, "content")) : []));
  const holders = [scan.root, ...list(scan.field("system")), ...scan.tools, ...blocks, ...inner];
  return holders.flatMap((holder) => editsAt(scan, holder, ["cache_control", name]));
}

function removeMember(scan: BodyScan, holder: Span, name: string): BodyEdit[] {
  const members = scan.members(holder);
  return members.some((member) => member.name === name) ? memberEdits(members, holder, { remove: [name] }) : [];
}
