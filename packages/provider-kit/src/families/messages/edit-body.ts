import type { Catalog, ClaudeTraits } from "@switchyard/catalog";
import type { ThinkingIssuer } from "@switchyard/translation";
import { type BodyEdit, type BodyScan, type Warning, memberEdits, removalEdits, spliceBody } from "@switchyard/wire";

import type { AnthropicEdits, RequestContext } from "../../provider.ts";
import { adaptToClaude } from "./adapt-to-claude.ts";
import { type BetaFields, fieldsOfBetas } from "./beta-header.ts";
import { convertSystemMessages } from "./convert-system-messages.ts";
import { FieldChanges } from "./field-changes.ts";
import { type LeaveOutPlan, leaveOutFields, removePlaces } from "./leave-out.ts";
import { MessageChanges } from "./message-changes.ts";
import { resolveDeferredTools } from "./resolve-deferred-tools.ts";
import { removeTurnControl } from "./remove-turn-control.ts";
import { replaceImages } from "./replace-images.ts";
import { filterThinking, isToolLoopWithoutThinking } from "./thinking-history.ts";

export interface BodyPlan {
  scan: BodyScan;
  edits: AnthropicEdits;
  context: RequestContext;
  catalog: Catalog;
  /** Betas that the upstream refuses. */
  removedBetas: readonly string[];
  /** What it has refused before. */
  leaveOut: LeaveOutPlan;
  /** Who the target is, for thinking; "claude" takes what bears no mark. */
  issuer: ThinkingIssuer | "claude";
}

export interface EditedBody {
  body: Buffer;
  warnings: Warning[];
}

/** The body as this target takes it: everything that need not change leaves byte for byte. */
export function editBody(plan: BodyPlan): EditedBody {
  const { scan, edits, removedBetas, leaveOut } = plan;
  const fields = new FieldChanges(scan);
  const changes = new MessageChanges(scan);
  const warnings: Warning[] = [];
  setFields(fields, plan);
  leaveOutFields(fields, leaveOut);
  const without = { ...fieldsOfBetas(removedBetas), ...leaveOut.features };
  removeBetaFields(fields, without);
  warnings.push(...adaptToModel(fields, plan));
  const others: BodyEdit[] = [];
  if (!edits.claude) others.push(...attributionEdits(scan));
  if (without.cacheScope === true) others.push(...cacheScopeEdits(scan, changes));
  if (edits.plain || without.deferredTools === true || without.toolChanges === true) {
    const deferred = resolveDeferredTools(changes, fields);
    others.push(...deferred.edits);
    warnings.push(...deferred.warnings);
  } else if (without.toolStreaming === true) others.push(...toolFieldEdits(scan, "eager_input_streaming"));
  if (edits.plain || without.systemMessages === true) convertSystemMessages(changes);
  else if (without.turnControl === true && removeTurnControl(changes)) {
    warnings.push({ code: "turn-control-left-out", message: "the effort of single turns was left out" });
  }
  if (!plan.context.model.capabilities.images) warnings.push(...replaceImages(scan, changes));
  const lost = filterThinking(changes, leaveOut.thinkingHistory ? "nobody" : plan.issuer);
  warnings.push(...turnOffThinking(fields, changes, { lost, plan }));
  const body = spliceBody(scan.body, [...fields.toEdits(), ...others, ...changes.toEdits()]);
  return { body: removePlaces(body, leaveOut.places), warnings };
}

function setFields(fields: FieldChanges, { scan, edits }: BodyPlan): void {
  if ("remove" in edits.model) fields.remove("model");
  else if (scan.readString(scan.field("model")) !== edits.model.set) {
    fields.set("model", JSON.stringify(edits.model.set));
  }
  for (const name of edits.removeFields ?? []) fields.remove(name);
  for (const [name, json] of Object.entries(edits.setFields ?? {})) fields.set(name, json);
  for (const [name, json] of Object.entries(edits.defaultFields ?? {})) if (!fields.has(name)) fields.set(name, json);
}

function removeBetaFields(fields: FieldChanges, without: Partial<BetaFields>): void {
  if (without.contextManagement === true) fields.remove("context_management");
  if (without.outputFormat === true) fields.remove("output_format");
  if (without.speed === true) fields.remove("speed");
  if (without.mcpServers === true) fields.remove("mcp_servers");
  const members = [
    ...(without.effort === true ? ["effort"] : []),
    ...(without.outputFormat === true ? ["format"] : []),
    ...(without.taskBudget === true ? ["task_budget"] : []),
  ];
  if (members.length > 0) fields.removeMembers("output_config", members);
}

/** Only where another model serves than the one the request was written for. */
function adaptToModel(fields: FieldChanges, { context, catalog, edits }: BodyPlan): Warning[] {
  const { model, requestedModel } = context;
  const traits = traitsOf(catalog, model.canonical);
  if (!edits.claude || traits === undefined || requestedModel === undefined) return [];
  const asked = catalog.findModel(requestedModel);
  if (asked?.model.canonical === model.canonical && asked.how !== "legacy") return [];
  return adaptToClaude(fields, model, traits);
}

function traitsOf(catalog: Catalog, canonical: string): ClaudeTraits | undefined {
  return catalog.findModel(canonical)?.model.claude;
}

interface ThinkingLoss {
  /** A message lost thinking that the target did not issue. */
  lost: boolean;
  plan: BodyPlan;
}

/** Thinking goes off for this request where the target would miss it in the tool loop that goes on. */
function turnOffThinking(fields: FieldChanges, changes: MessageChanges, { lost, plan }: ThinkingLoss): Warning[] {
  const { edits, catalog, context } = plan;
  const type = fields.readObject("thinking")?.["type"];
  const demands =
    plan.leaveOut.thinkingInLoop || (edits.demandsThinkingInLoops ?? (edits.claude && type === "enabled"));
  const isOn = typeof type === "string" && type !== "disabled";
  const warnings: Warning[] = [];
  if (demands && isOn && (plan.leaveOut.thinkingInLoop || isToolLoopWithoutThinking(changes))) {
    const types: readonly string[] | undefined = edits.claude
      ? traitsOf(catalog, context.model.canonical)?.thinking
      : undefined;
    if (types === undefined || types.includes("disabled")) fields.set("thinking", '{"type":"disabled"}');
    else fields.remove("thinking");
    const message = "another model began this tool loop; thinking is off until it ends";
    warnings.push({ code: "thinking-off-in-foreign-loop", message, path: "thinking" });
  } else if (lost) {
    const message = "thinking that another model issued was left out";
    warnings.push({ code: "foreign-thinking-left-out", message, path: "messages" });
  }
  if (fields.isChanged("thinking")) dropThinkingEdits(fields);
  return warnings;
}

/** `clear_thinking` is refused while thinking is off. */
function dropThinkingEdits(fields: FieldChanges): void {
  const management = fields.readObject("context_management");
  const list = management?.["edits"];
  if (management === undefined || !Array.isArray(list)) return;
  const type = fields.readObject("thinking")?.["type"];
  if (typeof type === "string" && type !== "disabled") return;
  const kept = list.filter((edit: { type?: unknown } | null) => !String(edit?.type).startsWith("clear_thinking"));
  if (kept.length === list.length) return;
  if (kept.length === 0) fields.removeMembers("context_management", ["edits"]);
  else fields.set("context_management", JSON.stringify({ ...management, edits: kept }));
}

/** The block by which Anthropic attributes usage; elsewhere it would be part of the prompt and spoil its cache. */
function attributionEdits(scan: BodyScan): BodyEdit[] {
  const system = scan.field("system");
  if (system === undefined || scan.kind(system) !== "array") return [];
  const blocks = scan.elements(system);
  const keep = blocks.map(
    (block, index) =>
      index > 0 || scan.readString(scan.member(block, "text"))?.startsWith("x-anthropic-billing-header:") !== true,
  );
  return keep.includes(false) ? removalEdits(blocks, keep) : [];
}

/** `scope` of cache markers, wherever one stands: system, tools, blocks and blocks of tool results. */
function cacheScopeEdits(scan: BodyScan, changes: MessageChanges): BodyEdit[] {
  if (!scan.text.includes('"scope"')) return [];
  const edits: BodyEdit[] = [];
  const system = scan.field("system");
  const systemBlocks = system !== undefined && scan.kind(system) === "array" ? scan.elements(system) : [];
  for (const holder of [...systemBlocks, ...scan.tools]) edits.push(...scopeEdits(scan, holder));
  for (const index of changes.messages.keys()) {
    if (!changes.mentions(index, '"scope"')) continue;
    for (const block of changes.blocks(index)) {
      for (const edit of scopeEdits(scan, block)) changes.edit(index, edit);
    }
  }
  return edits;
}

function scopeEdits(scan: BodyScan, holder: { start: number; end: number }): BodyEdit[] {
  const marker = scan.member(holder, "cache_control");
  if (marker === undefined || scan.kind(marker) !== "object") return [];
  const members = scan.members(marker);
  return members.some(({ name }) => name === "scope") ? memberEdits(members, marker, { remove: ["scope"] }) : [];
}

function toolFieldEdits(scan: BodyScan, name: string): BodyEdit[] {
  if (!scan.text.includes(`"${name}"`)) return [];
  return scan.tools.flatMap((tool) => {
    if (scan.kind(tool) !== "object") return [];
    return memberEdits(scan.members(tool), tool, { remove: [name] });
  });
}
