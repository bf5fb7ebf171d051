interface Happening<What> {
  /** ms since the beginning of the day. */
  at: number;
  /** Breaks ties, so that a day is the same on every run. */
  order: number;
  what: What;
}

export interface Queue<What> {
  push(at: number, what: What): void;
  /** What comes next; undefined: nothing more. */
  pop(): { at: number; what: What } | undefined;
}

/** A binary heap by time. */
export function createQueue<What>(): Queue<What> {
  const heap: Happening<What>[] = [];
  let count = 0;
  const isBefore = (one: number, other: number): boolean => {
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return first !== undefined;
    return first.at === second.at ? first.order < second.order : first.at < second.at;
  };
  const swap = (one: number, other: number): void => {
    const [first, second] = [heap[one], heap[other]];
    if (first !== undefined && second !== undefined) [heap[one], heap[other]] = [second, first];
  };
  return {
    push: (at, what) => {
      heap.push({ at, order: count++, what });
      for (let index = heap.length - 1; index > 0;) {
        const parent = (index - 1) >> 1;
        if (!isBefore(index, parent)) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop: () => {
      const [first] = heap;
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let index = 0; ;) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        const child = right < heap.length && isBefore(right, left) ? right : left;
        if (child >= heap.length || !isBefore(child, index)) return first;
        swap(index, child);
        index = child;
      }
    },
  };
}
