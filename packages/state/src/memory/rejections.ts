import type { Rejection } from "@switchyard/wire";

import type { TargetRecord, World } from "./world.ts";

/** The names come from upstreams: there is an end to what is remembered of one target. */
const MOST_PER_TARGET = 64;

/** Remembers what a target refuses; what it is told again lasts until the newest end. */
export function learnRejection(target: TargetRecord, told: Rejection & { expiresAt: number }, now: number): void {
  const others = target.rejections.filter(
    ({ kind, name, expiresAt }) => expiresAt > now && (kind !== told.kind || name !== told.name),
  );
  target.rejections = [...others, told].slice(-MOST_PER_TARGET);
}

export function forgetRejections(world: World, target: string): void {
  const known = world.targets.get(target);
  if (known !== undefined) known.rejections = [];
}
