/** Where the participants of a conference can be reached: on which call bridge, in which of its calls. */
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault, causeOf, ignoreFault } from '../src/cms/fault.ts';
import { readMovable } from '../src/cms/operations/move.ts';
import { refusalOf } from '../src/cms/operations/refusal.ts';
import type { Attendee } from '../src/conference/attendance/attendee.ts';
import { openRun } from '../src/conference/meeting.ts';
import {
  missed,
  type Outcome,
  type Refusal,
  type Single,
  together,
} from '../src/conference/operation/operation.ts';
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

/** The calls of the conference, that of its record first. What is on a call bridge that is lost is out of reach, or gone. */
export async function placesOf(hand: Hand): Promise<Place[]> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  if (run === undefined) return [];
  const found = new Map<string, Place>();
  const add = (address: string, call: string) => {
    const client = deps.callBridges.client(run.cluster, address);
    if (client !== undefined && !deps.callBridges.isLost(address))
      found.set(`${address} ${call}`, { client, call });
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
    if (client === undefined || known.overAt !== undefined || deps.callBridges.isLost(address)) continue;
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

/** Each of them, all at once; nobody who is in another conference. */
export async function forEach(
  hand: Hand,
  present: readonly Present[],
  change: (one: Present) => Promise<unknown>,
): Promise<Outcome> {
  const singles = await Promise.all(
    present.map(async (one): Promise<Single> => {
      try {
        if (await isOfAnother(hand, one)) return missed(one.id, 'nobody');
        await change(one);
        return { participant: one.id };
      } catch (error) {
        const fault = faultOf(error);
        return missed(one.id, refusalIn(fault), fault.message);
      }
    }),
  );
  return together(singles, Date.now());
}

/** Whether one whom the live picture does not know is in another conference: not for this one's operators to touch. */
export async function isOfAnother(hand: Hand, { client, id, attendee }: Present): Promise<boolean> {
  if (attendee !== undefined) return false;
  const found = await readMovable(client, id).catch(ignoreFault);
  if (found?.call === undefined) return false;
  const own = (await placesOf(hand)).filter((place) => place.client === client);
  return own.every(({ call }) => call !== found.call);
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
