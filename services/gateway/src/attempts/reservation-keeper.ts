import type { Reservation, Settlement, State } from "@switchyard/state";

/** Reservations of this gateway's open attempts: renewed while they last, settled once. */
export interface ReservationKeeper {
  readonly open: number;
  keep(reservation: Reservation): void;
  settle(reservation: Reservation, settlement: Settlement): Promise<void>;
  close(): void;
}

/** A third of the lease, so that two renewals may fail before it is taken for this gateway's death. */
const RENEW_MS = 10_000;

/** `onSettled`: something of what was reserved is free again. */
export function createReservationKeeper(
  state: Pick<State, "renew" | "settle">,
  onSettled: () => void = () => {},
): ReservationKeeper {
  const open = new Set<Reservation>();
  const timer = setInterval(() => {
    if (open.size > 0) void state.renew([...open]);
  }, RENEW_MS);
  timer.unref();
  return {
    get open() {
      return open.size;
    },
    keep: (reservation) => void open.add(reservation),
    settle: async (reservation, settlement) => {
      if (!open.delete(reservation)) return;
      await state.settle(reservation, settlement);
      onSettled();
    },
    close: () => clearInterval(timer),
  };
}
