import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Delivery, Fault, RecordedRequest } from "../scenario.ts";
import { createBodyEncoder } from "./body-encoder.ts";

/** A piece of the body; only events count for faults and for `eventsWritten`. */
export interface Part {
  bytes: Buffer;
  isEvent: boolean;
}

export interface DeliveryJob {
  response: ServerResponse;
  request: RecordedRequest;
  status: number;
  headers: Record<string, string>;
  parts: readonly Part[];
  delivery: Delivery;
  /** Only what happens on the wire: cut, end, hang. */
  fault?: Fault;
  connection: ClientConnection;
  /** Called whenever `request` has changed. */
  changed: () => void;
}

export interface ClientConnection {
  /** Aborted when the connection is closed before the end of the answer. */
  readonly gone: AbortSignal;
  /** True when it was the simulator that closed it. */
  cutHere: boolean;
}

/** The simulator's own decision to stop: nothing more is to be written. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Sends an answer as its scenario says. Resolves when it is sent, was stopped by a fault, or the client has left. */
export async function deliver(job: DeliveryJob): Promise<void> {
  try {
    await pause(job, job.delivery.delayMs);
    await stopBeforeHeaders(job);
    job.request.status = job.status;
    if (isPlain(job)) return sendAtOnce(job);
    await sendByParts(job);
  } catch (error) {
    if (!(error instanceof Stopped) && !job.connection.gone.aborted) throw error;
  }
}

/** Nothing is asked for but the bytes themselves. */
function isPlain({ delivery, fault }: DeliveryJob): boolean {
  return (
    fault === undefined &&
    delivery.compression === undefined &&
    (delivery.write === undefined || delivery.write === "events") &&
    !delivery.firstByteDelayMs &&
    !delivery.eventDelayMs
  );
}

/** The cheap way, which the benchmark takes: all parts in one turn, the socket's buffer is the only queue. */
function sendAtOnce({ response, request, status, headers, parts }: DeliveryJob): void {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) headers["content-length"] = String(only.bytes.length);
  response.writeHead(status, headers);
  for (const part of parts) {
    response.write(part.bytes);
    if (part.isEvent) request.eventsWritten += 1;
  }
  response.end();
}

async function stopBeforeHeaders(job: DeliveryJob): Promise<void> {
  const { fault } = job;
  if (fault?.type === "cut" && fault.afterEvents === undefined && fault.afterBytes === undefined) cut(job);
  if (fault?.type === "hang" && fault.afterEvents === undefined) await hang(job);
}

async function sendByParts(job: DeliveryJob): Promise<void> {
  const { response, request, delivery, parts } = job;
  const encoder = delivery.compression === undefined ? undefined : createBodyEncoder(delivery.compression);
  const write = createWriter(job);
  if (delivery.compression !== undefined) job.headers["content-encoding"] = delivery.compression;
  response.writeHead(job.status, job.headers);
  response.flushHeaders();
  await pause(job, delivery.firstByteDelayMs);
  if (delivery.write === "whole" && job.fault === undefined) {
    const whole = Buffer.concat(parts.map((part) => part.bytes));
    await write(encoder === undefined ? whole : await encoder.encode(whole));
    request.eventsWritten = parts.filter((part) => part.isEvent).length;
  } else {
    for (const [index, part] of parts.entries()) {
      if (part.isEvent) await stopAtEvent(job);
      if (index > 0 && part.isEvent) await pause(job, delivery.eventDelayMs);
      await write(encoder === undefined ? part.bytes : await encoder.encode(part.bytes));
      if (part.isEvent) countEvent(job);
    }
    await stopAtEvent(job);
  }
  if (encoder !== undefined) await write(await encoder.finish());
  response.end();
}

function countEvent({ request, changed }: DeliveryJob): void {
  request.eventsWritten += 1;
  changed();
}

/** Fires the fault whose count of events is reached. */
async function stopAtEvent(job: DeliveryJob): Promise<void> {
  const { fault, request, response } = job;
  if (fault === undefined || !("afterEvents" in fault) || fault.afterEvents !== request.eventsWritten) return;
  if (fault.type === "cut") cut(job);
  if (fault.type === "hang") await hang(job);
  if (fault.type === "end") {
    response.end();
    throw new Stopped();
  }
}

/** Writes in pieces of the wanted size, each in a turn of its own, and cuts at the wanted byte. */
function createWriter(job: DeliveryJob): (bytes: Buffer) => Promise<void> {
  const { delivery, fault } = job;
  const size = delivery.write === "bytes" ? 1 : typeof delivery.write === "number" ? delivery.write : Infinity;
  const cutAt = fault?.type === "cut" ? (fault.afterBytes ?? Infinity) : Infinity;
  let written = 0;
  return async (bytes) => {
    for (let offset = 0; offset < bytes.length; offset += size) {
      const piece = bytes.subarray(offset, Math.min(offset + size, bytes.length));
      const allowed = piece.subarray(0, Math.min(piece.length, cutAt - written));
      await writeNow(job, allowed);
      written += allowed.length;
      if (written >= cutAt) cut(job);
      if (size !== Infinity) await nextTurn();
    }
  };
}

/** Resolves when the kernel has the bytes: a cut after it loses nothing that counts as written. */
function writeNow({ response, connection: { gone } }: DeliveryJob, bytes: Buffer): Promise<void> {
  if (gone.aborted) return Promise.reject(new Stopped());
  if (bytes.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new Stopped());
    gone.addEventListener("abort", leave, { once: true });
    response.write(bytes, () => {
      gone.removeEventListener("abort", leave);
      resolve();
    });
  });
}

function cut({ response, fault, connection }: DeliveryJob): never {
  connection.cutHere = true;
  const socket = response.socket;
  if (fault?.type === "cut" && fault.reset === true) socket?.resetAndDestroy();
  else socket?.destroy();
  throw new Stopped();
}

async function hang({ connection: { gone } }: DeliveryJob): Promise<never> {
  if (!gone.aborted) await once(gone, "abort");
  throw new Stopped();
}

async function pause({ connection: { gone } }: DeliveryJob, milliseconds: number | undefined): Promise<void> {
  if (milliseconds === undefined || milliseconds <= 0) return;
  try {
    await sleep(milliseconds, undefined, { signal: gone });
  } catch {
    throw new Stopped();
  }
}
