import { DEFAULT_LEASE_MS } from "../memory/take-candidate.ts";
import type { Limit, Reservation, State, TakeCandidate, TakeResult } from "../state.ts";
import { viewSettled, viewTaken } from "./adjust-view.ts";
import type { FleetLink } from "./fleet-link.ts";
import type { LocalShare, OpenReservation } from "./local-share.ts";
import type { RecentTakes } from "./recent-takes.ts";
import type { SharedStore } from "./shared-store.ts";

export interface ReservationOptions {
  link: FleetLink;
  local: LocalShare;
  store: SharedStore;
  /** Filled here. */
  open: Map<string, OpenReservation>;
  /** Filled here. */
  recent: RecentTakes;
  /** Filled here. */
  definitions: Map<string, readonly Limit[]>;
  replicaId: string;
  /** 0…1 */
  random: () => number;
  now: () => number;
}

/** Who is never settled must not be remembered for ever. */
const MOST_OPEN = 20_000;

/** Taking and settling: with the others where Redis answers, else from this gateway's own share. */
export function createReservations(options: ReservationOptions): Pick<State, "take" | "commit" | "settle" | "renew"> {
  const { link, local, store, open, recent, definitions, now } = options;
  let number = 0;

  const takeShared = async (
    candidates: readonly TakeCandidate[],
    wish: { id: string; dice: number; leaseMs: number },
  ): Promise<TakeResult | undefined> => {
    if (!link.shared) return undefined;
    try {
      const result = await store.take(candidates, { ...wish, generation: link.generation });
      if (result !== "unseeded") return result;
      link.leave(new Error("Redis has been emptied"));
    } catch (error) {
      link.leave(error);
    }
    return undefined;
  };

  const remember = (reservation: OpenReservation): void => {
    open.set(reservation.reservation.id, reservation);
    if (open.size <= MOST_OPEN) return;
    for (const oldest of open.keys()) {
      open.delete(oldest);
      break;
    }
  };

  return {
    async take(candidates, { dice = options.random(), leaseMs = DEFAULT_LEASE_MS } = {}) {
      for (const { bucket, limits } of candidates) {
        if (definitions.get(bucket) !== limits) definitions.set(bucket, limits);
      }
      const id = `${options.replicaId}-${(number += 1).toString(36)}`;
      const wish = { id, dice, leaseMs };
      const asked = recent.mark();
      const shared = await takeShared(candidates, wish);
      const result = shared ?? local.take(candidates, wish);
      const { reservation } = result;
      if (reservation === undefined) return result;
      remember({ reservation, leaseMs, inStore: shared !== undefined });
      if (shared !== undefined) {
        viewTaken(link.view, reservation);
        recent.took(reservation, asked);
      }
      return result;
    },
    async commit(reservation, observations = []) {
      const known = open.get(reservation.id);
      if (known !== undefined) known.committedAt ??= now();
      if (link.shared) {
        if (!reservation.probe && observations.length === 0) return;
        try {
          await store.commit(reservation, observations);
          return;
        } catch (error) {
          link.leave(error);
        }
      }
      local.commit(reservation, observations);
      if (reservation.probe) link.later(() => store.commit(reservation, []));
    },
    async settle(reservation, settlement) {
      const known = open.get(reservation.id);
      const observedAt = settlement.observedAt ?? known?.committedAt ?? now();
      if (link.shared) {
        try {
          await store.settle(reservation, settlement, { observedAt, now: now() });
          if (settlement.used !== undefined) recent.settled(reservation.id, settlement.used);
          if (open.delete(reservation.id)) viewSettled(link.view, reservation, settlement, now());
          return;
        } catch (error) {
          link.leave(error);
        }
      }
      const inStore = known?.inStore ?? !reservation.local;
      local.settle(reservation, { ...settlement, observedAt }, !inStore);
      open.delete(reservation.id);
      if (inStore) link.later(() => store.settle(reservation, settlement, { observedAt, now: now() }));
    },
    async renew(reservations) {
      if (link.shared) {
        try {
          await store.renew(reservations.map((reservation) => lengthOf(reservation, open)));
          return;
        } catch (error) {
          link.leave(error);
        }
      }
      local.renew(reservations);
    },
  };
}

function lengthOf(
  reservation: Reservation,
  open: ReadonlyMap<string, OpenReservation>,
): { reservation: Reservation; leaseMs: number } {
  return { reservation, leaseMs: open.get(reservation.id)?.leaseMs ?? DEFAULT_LEASE_MS };
}
