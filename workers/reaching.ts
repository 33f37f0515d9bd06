/** Where the participants of a conference can be reached: on which call bridge, in which of its calls. Reads only. */
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault, causeOf } from '../src/cms/fault.ts';
import { refusalOf } from '../src/cms/operations/refusal.ts';
import type { Attendee } from '../src/conference/attendance/attendee.ts';
import { openRun } from '../src/conference/meeting.ts';
import type { Refusal } from '../src/conference/operation/operation.ts';
import type { Hand } from './hand.ts';

export interface Place {
  readonly client: CmsClient;
  readonly call: string;
}

export interface Present extends Place {
  readonly id: string;
  /** As the live picture has them; undefined where it does not know them (yet). */
  readonly attendee: Attendee | undefined;
}

/** The calls of the conference, that of its record first. */
export async function placesOf(hand: Hand): Promise<Place[]> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  if (run === undefined) return [];
  const found = new Map<string, Place>();
  const add = (address: string, call: string) => {
    const client = deps.callBridges.client(run.cluster, address);
    if (client !== undefined) found.set(`${address} ${call}`, { client, call });
  };
  if (run.callBridge !== undefined && run.call !== undefined) add(run.callBridge, run.call);
  for (const { address, call, known } of await deps.attendance.ofMeeting(meeting.key))
    if (known.overAt === undefined) add(address, call);
  return [...found.values()];
}

/** Those who are in, each once, where they are connected. */
export async function everybody(hand: Hand): Promise<Present[]> {
  const { deps, meeting } = hand;
  const cluster = openRun(meeting.run)?.cluster ?? '';
  const found = new Map<string, Present>();
  for (const { address, call, known, attendees } of await deps.attendance.ofMeeting(meeting.key)) {
    const client = deps.callBridges.client(cluster, address);
    if (client === undefined || known.overAt !== undefined) continue;
    for (const attendee of attendees) {
      const { id, leftAt, isLocal, legs } = attendee;
      if (leftAt !== undefined || (found.has(id) && !isLocal && legs.length === 0)) continue;
      found.set(id, { id, client, call, attendee });
    }
  }
  return [...found.values()];
}

/** Whom an operator means; who is not known to be in is looked for where the conference has its call. */
export async function those(hand: Hand, ids: readonly string[]): Promise<Present[]> {
  const present = new Map((await everybody(hand)).map((one) => [one.id, one]));
  const [first] = await placesOf(hand);
  return ids.flatMap((given) => {
    const id = given.toLowerCase();
    const known = present.get(id) ?? (first && { ...first, id, attendee: undefined });
    return known === undefined ? [] : [known];
  });
}

export function refusalIn(fault: CmsFault): Refusal {
  const refusal = refusalOf(fault);
  if (refusal === 'gone') return 'nobody';
  if (refusal !== 'other') return refusal;
  return causeOf(fault) === undefined ? 'refused' : 'failed';
}

/** What is thrown for another reason is thrown on. */
export function faultOf(error: unknown): CmsFault {
  if (error instanceof CmsFault) return error;
  throw error;
}
