import type { Selectable } from "kysely";

import type { Alert, AlertKind } from "../ledger.ts";
import type { AlertRecord } from "../schema.ts";

export function toAlert(row: Selectable<AlertRecord>): Alert {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind as AlertKind,
    subject: row.subject,
    message: row.message,
    threshold: row.threshold,
    actual: row.actual,
    ...(row.key === null ? {} : { key: row.key }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}
