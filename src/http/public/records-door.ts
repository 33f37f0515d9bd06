/**
 * The door of call bridges' call detail records. 200 means stored in Redis, and the call bridge forgets them; anything else
 * makes it send them again.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { recordsPath } from '../../conference/attendance/receiver.ts';
import { within } from '../deadline.ts';
import type { HttpLog } from '../log.ts';
import { Problem, sendProblem } from '../problem.ts';
import { bodyLimit } from './door.ts';
import type { DoorOutcome } from './door-outcome.ts';
import { readBody } from './read-body.ts';

export interface RecordsPorts {
  /** The call bridge that has this secret in its path; undefined for none. */
  knownSender(token: string): string | undefined;
  /** Whether records may come from this address of the network. */
  mayComeFrom(address: string): boolean;
  /**
   * Stores what a call bridge has told; resolves once that is in Redis.
   * `unreadable`: no records at all; `full`: too many wait already.
   */
  takeRecords(callBridge: string, body: Uint8Array): Promise<'taken' | 'unreadable' | 'full'>;
}

interface RecordsDoorDeps extends RecordsPorts {
  count(outcome: DoorOutcome): void;
  readonly log: HttpLog;
}

/** Milliseconds. */
const deadline = 3_000;

export function addRecordsDoor(instance: FastifyInstance, deps: RecordsDoorDeps): void {
  const refuse = (reply: FastifyReply, status: number, outcome: DoorOutcome): FastifyReply => {
    deps.count(outcome);
    return sendProblem(reply, new Problem(status));
  };
  instance.post(`${recordsPath}:token`, async (request, reply) => {
    const callBridge = deps.knownSender((request.params as { token: string }).token);
    if (callBridge === undefined) return refuse(reply, 404, 'unknown-path');
    if (!deps.mayComeFrom(request.ip)) return refuse(reply, 403, 'records-from-elsewhere');
    const body = await readBody(request.raw, bodyLimit);
    if (body === 'unfinished') {
      deps.count('unfinished');
      return reply.hijack();
    }
    if (body === 'too-large') return refuse(reply, 413, 'too-large');
    try {
      const outcome = await within(deadline, () => deps.takeRecords(callBridge, body));
      if (outcome === 'unreadable') return refuse(reply, 400, 'malformed');
      if (outcome === 'full') return refuse(reply, 503, 'unavailable');
      deps.count('records');
      return reply.code(200).send();
    } catch (error) {
      deps.log.warn({ err: error }, 'records were not stored, the call bridge is to send them again');
      return refuse(reply, 503, 'unavailable');
    }
  });
}
