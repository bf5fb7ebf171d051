import type { Alert } from "../ledger/ledger.ts";

/** An alert as the API and webhooks tell it: money in dollars, of price_drift shares 0…1. */
export interface ShownAlert {
  id: number;
  /** RFC 3339. */
  timestamp: string;
  alert_type: string;
  /** What it is about; a provider's name where it is one's. */
  provider: string;
  subject: string;
  message: string;
  threshold: number;
  actual_value: number;
  /** False: what it tells of is over. */
  active: boolean;
  ended_at: string | null;
}

export function showAlert({ id, at, kind, subject, message, threshold, actual, endedAt }: Alert): ShownAlert {
  const unit = kind === "price_drift" ? 1 : 1e9;
  return {
    id,
    timestamp: new Date(at).toISOString(),
    alert_type: kind,
    provider: subject,
    subject,
    message,
    threshold: threshold / unit,
    actual_value: actual / unit,
    active: endedAt === undefined,
    ended_at: endedAt === undefined ? null : new Date(endedAt).toISOString(),
  };
}
