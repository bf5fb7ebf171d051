import type { ModelInfo, ProviderInfo } from "@switchyard/wire";

/** One place where a request could go. */
export interface Candidate {
  /** The provider's name in the settings. */
  provider: string;
  model: ModelInfo;
  /** "requested": the model that was asked for; "substitute": one listed for its tier. */
  group: "requested" | "substitute";
}

/** What routing knows of one provider. */
export interface KnownProvider {
  name: string;
  /** Lower is tried first. */
  priority: number;
  enabled: boolean;
  /** Why it is off, when it is. */
  reason?: string;
  /** What would have to be set, when it is off for want of a credential. */
  missing: readonly string[];
  /** Requested name → upstream model id, from the settings. */
  aliases: Readonly<Record<string, string>>;
  /** Last that its service told; absent: it has not answered yet. */
  info?: ProviderInfo;
}

/** A candidate that was considered and left out, and why, for people. */
export interface Exclusion {
  provider: string;
  /** Canonical id; absent: the whole provider. */
  model?: string;
  reason: string;
}

export interface Plan {
  /** In the order in which they are tried. */
  candidates: readonly Candidate[];
  exclusions: readonly Exclusion[];
}
