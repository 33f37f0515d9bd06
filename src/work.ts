/**
 * The piece of work in hand, known to all that is done in it without being handed on: log lines, requests and notes on
 * timelines carry its id. A piece of work is one run for a key of a queue, each step of a conference in it, and the storing
 * of what one notification says.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { QueueName } from './queues.ts';

export interface PieceOfWork {
  /** The first twelve digits of a GUID: those of its requests begin with them. */
  id: string;
  readonly of: QueueName | 'notification';
  readonly key: string;
  /** Of a conference. */
  readonly step?: string;
  /** Meetings that turned out to be concerned, with the ids of their entries in the calendar that is read. */
  readonly concerned: Map<string, ReadonlySet<string>>;
  /** When the notification came that it answers, epoch ms. */
  notifiedAt?: number;
  isOver: boolean;
  /** Only where traces are wanted. */
  trace?: WorkTrace;
}

/** Tells pieces of work to whoever traces them (`tracing.ts`). */
export interface Tracing {
  /** Of a piece of work that begins. */
  begin(work: PieceOfWork): WorkTrace;
}

/** One piece of work as it is traced; its steps begin in it. */
export interface WorkTrace extends Tracing {
  /** It goes on with what has this mark (a W3C traceparent), unless it was told of already. */
  continues(mark: string): void;
  /** By which other work can go on with it; undefined where nobody should. */
  mark(): string | undefined;
  /** A slot was reserved in it. @returns the mark of that, from which all that the meeting needs goes on */
  reserved(slot: { readonly cluster: string; readonly number: string }): string | undefined;
  end(error?: unknown): void;
}

const inHand = new AsyncLocalStorage<PieceOfWork>();

export function workInHand(): PieceOfWork | undefined {
  return inHand.getStore();
}

/** Does it under an id of its own. */
export async function asWork<T>(
  what: Pick<PieceOfWork, 'of' | 'key' | 'step'>,
  does: () => Promise<T>,
  tracing?: Tracing,
): Promise<T> {
  const work: PieceOfWork = { ...what, id: newId(), concerned: new Map(), isOver: false };
  const trace = tracing?.begin(work);
  if (trace !== undefined) work.trace = trace;
  return await inHand.run(work, async () => {
    try {
      const done = await does();
      trace?.end();
      return done;
    } catch (error) {
      trace?.end(error);
      throw error;
    } finally {
      work.isOver = true;
    }
  });
}

/** A step of the work in hand, under an id of its own; outside of any work it is simply done. */
export async function asStep<T>(step: string, does: () => Promise<T>): Promise<T> {
  const work = workInHand();
  if (work === undefined) return await does();
  return await asWork({ of: work.of, key: work.key, step }, does, work.trace);
}

/** The work in hand is what a notification has rung for, and has its id from now on. */
export function answersNotification(id: string, at: number, mark?: string): void {
  const work = workInHand();
  if (work === undefined) return;
  if (mark !== undefined) work.trace?.continues(mark);
  work.id = id;
  work.notifiedAt = at;
}

/** The work in hand is for a meeting whose slot was reserved under this mark. */
export function goesOnWith(mark: string | undefined): void {
  if (mark !== undefined) workInHand()?.trace?.continues(mark);
}

/** More meetings than these are not said of one reading: a room that is read for the first time has hundreds. */
const mostConcerned = 100;

/** @param entries ids of its entries in the calendar that is read */
export function concerns(meeting: string, entries: readonly (string | undefined)[]): void {
  const work = workInHand();
  if (work === undefined || (work.concerned.size >= mostConcerned && !work.concerned.has(meeting))) return;
  const known = work.concerned.get(meeting) ?? [];
  work.concerned.set(meeting, new Set([...known, ...entries.filter((id) => id !== undefined)]));
}

/** A GUID for one request: it is its own, and begins with the id of the work in hand. */
export function newRequestId(): string {
  const id = workInHand()?.id;
  return id === undefined ? randomUUID() : id + randomUUID().slice(id.length);
}

function newId(): string {
  return randomUUID().slice(0, 13);
}
