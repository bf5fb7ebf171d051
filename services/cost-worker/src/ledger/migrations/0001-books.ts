import { type Kysely, sql } from "kysely";

import type { Store } from "../schema.ts";

/**
 * Every table of the first version. Texts are compared byte by byte, whatever the database's own order is: as in the
 * other store, and quicker. What is found by its whole key lies in the key's order where the store can do that.
 */
export async function createBooks(database: Kysely<unknown>, store: Store): Promise<void> {
  const text = store === "postgres" ? 'text collate "C"' : "text";
  const keyed = store === "sqlite" ? "without rowid" : "";
  const id = store === "postgres" ? "bigint generated always as identity primary key" : "integer primary key";
  for (const statement of [
    attempts(text),
    "create index ledger_attempts_at on ledger_attempts (at, attempt_id)",
    sums(text, keyed),
    // Finds one session among all.
    "create index ledger_sums_session on ledger_sums (session, cube, span, at) where session <> ''",
    `create table ledger_intents (attempt_id ${text} not null primary key, lease_until bigint not null, facts ${text} not null)`,
    "create index ledger_intents_lease on ledger_intents (lease_until)",
    `create table ledger_projects (session ${text} not null primary key, project ${text} not null) ${keyed}`,
    "create table ledger_removed (mark bigint not null primary key)",
    `create table ledger_facts (name ${text} not null primary key, value bigint not null)`,
    `create table ledger_clients (id ${text} not null primary key, policy ${text} not null)`,
    alerts(text, id),
    "create index ledger_alerts_at on ledger_alerts (at, id)",
    "create index ledger_alerts_key on ledger_alerts (key, at)",
    // What is told of once is told of by one worker.
    "create unique index ledger_alerts_open on ledger_alerts (key) where ended_at is null",
  ]) {
    await sql.raw(statement).execute(database);
  }
}

function attempts(text: string): string {
  return `create table ledger_attempts (
    attempt_id ${text} not null primary key,
    request_id ${text} not null,
    attempt bigint not null,
    fallback_chain ${text} not null,
    instance ${text} not null,
    at bigint not null,
    client ${text} not null,
    session ${text} not null,
    agent ${text} not null,
    parent_agent ${text},
    provider ${text} not null,
    provider_kind ${text} not null,
    asked_model ${text} not null,
    model ${text} not null,
    upstream_model ${text} not null,
    tier ${text} not null,
    mode ${text},
    strategy ${text} not null,
    stream bigint not null,
    subscription bigint not null,
    simulated bigint not null,
    estimated_input_tokens bigint not null,
    outcome ${text} not null,
    failure ${text},
    status bigint,
    first_token_ms bigint,
    duration_ms bigint,
    uncached_input bigint not null,
    cache_read bigint not null,
    cache_write_5m bigint not null,
    cache_write_1h bigint not null,
    output bigint not null,
    reasoning bigint not null,
    web_searches bigint,
    told_cost bigint,
    estimated bigint not null,
    cost bigint not null,
    table_cost bigint,
    reported_cost bigint,
    price_version ${text} not null,
    priced_as ${text}
  )`;
}

function sums(text: string, keyed: string): string {
  return `create table ledger_sums (
    cube bigint not null,
    span bigint not null,
    at bigint not null,
    provider ${text} not null,
    model ${text} not null,
    asked_model ${text} not null,
    tier ${text} not null,
    outcome ${text} not null,
    client ${text} not null,
    session ${text} not null,
    agent ${text} not null,
    requests bigint not null,
    failed bigint not null,
    aborted bigint not null,
    unknown bigint not null,
    uncached_input bigint not null,
    cache_read bigint not null,
    cache_write_5m bigint not null,
    cache_write_1h bigint not null,
    output bigint not null,
    reasoning bigint not null,
    cost bigint not null,
    subscription_cost bigint not null,
    estimated_cost bigint not null,
    told_cost bigint not null,
    first_token_sum bigint not null,
    first_token_count bigint not null,
    duration_sum bigint not null,
    duration_count bigint not null,
    primary key (cube, span, at, provider, model, asked_model, tier, outcome, client, session, agent)
  ) ${keyed}`;
}

/** A share is a fraction; nano-dollars are exact in a double as long as they are a safe integer. */
function alerts(text: string, id: string): string {
  return `create table ledger_alerts (
    id ${id},
    at bigint not null,
    kind ${text} not null,
    subject ${text} not null,
    message ${text} not null,
    threshold double precision not null,
    actual double precision not null,
    key ${text},
    ended_at bigint
  )`;
}
