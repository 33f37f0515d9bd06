/** A public listener whose ports are a table of subscriptions and a list of what rang. */
import type { FastifyInstance } from 'fastify';
import type { DoorOutcome } from '../../src/http/public/door-outcome.ts';
import type { Ring } from '../../src/http/public/judge.ts';
import { createPublicListener, type PublicListenerDeps } from '../../src/http/public-listener.ts';
import { type Bound, bind } from './wire.ts';

export interface Door extends Bound {
  readonly instance: FastifyInstance;
  readonly rung: Ring[][];
  readonly looked: string[];
  readonly warnings: string[];
  /** What was counted, summed, since the last call. */
  counted(): Partial<Record<DoorOutcome, number>>;
  notify(value: unknown, path?: string): ReturnType<Bound['ask']>;
}

export const board = { subscriptionId: 'sub-board', clientState: 'secret-board' };
export const attic = { subscriptionId: 'sub-attic', clientState: 'secret-attic' };

const subscriptions = new Map([
  ['sub-board', { mailbox: 'board@example.com', clientState: 'secret-board' }],
  ['sub-board-2', { mailbox: 'board@example.com', clientState: 'secret-board-2' }],
  ['sub-attic', { mailbox: 'attic@example.com', clientState: 'secret-attic' }],
]);

export async function openDoor(changed: Partial<PublicListenerDeps> = {}): Promise<Door> {
  const rung: Ring[][] = [];
  const looked: string[] = [];
  const warnings: string[] = [];
  let counts: Partial<Record<DoorOutcome, number>> = {};
  const instance = createPublicListener({
    knownSubscription: async (id) => {
      looked.push(id);
      return subscriptions.get(id);
    },
    ring: async (rings) => {
      rung.push([...rings]);
    },
    sameClientState: (given, known) => given === known,
    count: (outcome, times = 1) => {
      counts[outcome] = (counts[outcome] ?? 0) + times;
    },
    log: {
      info: () => {},
      warn: (_fields, message) => warnings.push(message),
      error: (_fields, message) => warnings.push(message),
    },
    ...changed,
  });
  const bound = await bind(instance);
  return {
    ...bound,
    instance,
    rung,
    looked,
    warnings,
    counted: () => {
      const now = counts;
      counts = {};
      return now;
    },
    notify: (value, path = '/graph/notifications') =>
      bound.ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ value }),
      }),
  };
}
