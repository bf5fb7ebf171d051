import { describe, expect, it } from "@jest/globals";

import { createAdmission } from "./create-admission.ts";

const never = new AbortController().signal;

function admission(maxConcurrent: number, maxLength = 10, maxWaitMs = 5000) {
  return createAdmission(() => ({ maxConcurrent, maxLength, maxWaitMs }));
}

describe("admission", () => {
  it("lets in as many as there are places, and the next when one leaves", async () => {
    const door = admission(1);
    const leave = await door.enter("a", never);
    const second = door.enter("b", never);
    expect([door.active, door.waiting]).toEqual([1, 1]);
    leave();
    leave();
    (await second)();
    expect([door.active, door.waiting]).toEqual([0, 0]);
  });

  it("serves clients in turn, however many requests one of them has waiting", async () => {
    const door = admission(1);
    const order: string[] = [];
    const first = await door.enter("busy", never);
    const queue = ["busy", "busy", "busy", "quiet"].map((client, index) =>
      door.enter(client, never).then((leave) => {
        order.push(`${client}${index}`);
        leave();
        return undefined;
      }),
    );
    first();
    await Promise.all(queue);
    expect(order).toEqual(["busy0", "quiet3", "busy1", "busy2"]);
  });

  it("refuses with a 429 and retry-after when the queue is full, or the wait was in vain", async () => {
    const full = admission(1, 0);
    await full.enter("a", never);
    await expect(full.enter("b", never)).rejects.toMatchObject({ status: 429, headers: { "retry-after": "5" } });
    const short = admission(1, 5, 5);
    await short.enter("a", never);
    await expect(short.enter("b", never)).rejects.toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(short.waiting).toBe(0);
  });

  it("forgets a request whose client has left", async () => {
    const door = admission(1);
    const leave = await door.enter("a", never);
    const controller = new AbortController();
    const gone = door.enter("b", controller.signal);
    controller.abort(new Error("gone"));
    await expect(gone).rejects.toThrow("gone");
    leave();
    expect([door.active, door.waiting]).toEqual([0, 0]);
    await expect(door.enter("c", AbortSignal.abort())).resolves.toBeInstanceOf(Function);
  });
});
