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
}

const inHand = new AsyncLocalStorage<PieceOfWork>();

export function workInHand(): PieceOfWork | undefined {
  return inHand.getStore();
}

/** Does it under an id of its own. */
export async function asWork<T>(
  what: Pick<PieceOfWork, 'of' | 'key' | 'step'>,
  does: () => Promise<T>,
): Promise<T> {
  const work: PieceOfWork = { ...what, id: newId(), concerned: new Map(), isOver: false };
  return await inHand.run(work, async () => {
    try {
      return await does();
    } finally {
      work.isOver = true;
    }
  });
}

/** A step of the work in hand, under an id of its own; outside of any work it is simply done. */
export async function asStep<T>(step: string, does: () => Promise<T>): Promise<T> {
  const work = workInHand();
  return work === undefined ? await does() : await asWork({ of: work.of, key: work.key, step }, does);
}

/** The work in hand is what a notification has rung for, and has its id from now on. */
export function answersNotification(id: string, at: number): void {
  const work = workInHand();
  if (work === undefined) return;
  work.id = id;
  work.notifiedAt = at;
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
