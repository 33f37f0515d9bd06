/** The record of a conference that was found running after the loss of Redis: made from what the bridge showed. */
import { sameParty } from '../src/cms/call-legs.ts';
import type { DialledRoom, Run } from '../src/conference/run.ts';
import type { Booked } from '../src/meeting/booking.ts';
import type { FoundConference } from '../src/redis/bridges.ts';

/** That Redis was emptied is noticed this soon: what was due before that was done. */
const lossNoticedWithin = 60_000;

/** @param how `by`: milliseconds of one extension */
export function runAsFound(
  booked: Booked,
  cluster: string,
  { number, space, name, passcode, secret, calls, parties, foundAt }: FoundConference,
  now: number,
  how: { readonly by: number; sipOf(mailbox: string): string | undefined },
): Run {
  const [call] = calls;
  // A room that was due is taken as dialled though it is not in: it has hung up and does not want to be called again.
  // Only where the call, or the loss of our memory, came before the start, it may never have been dialled: as `intended` it
  // is looked for first, for who is in a call is not always told at the first time of asking.
  const wasDue = call !== undefined && booked.start < foundAt - lossNoticedWithin;
  const rooms = Object.fromEntries(
    booked.rooms.flatMap((room): [string, DialledRoom][] => {
      const sip = how.sipOf(room);
      const isIn = sip !== undefined && parties.some((party) => sameParty(party, sip));
      const since = isIn ? { connectedAt: now } : { endedAt: now };
      if (sip === undefined || call === undefined) return [];
      return isIn || wasDue
        ? [[room, { sip, state: 'dialled', ...since }]]
        : [[room, { sip, state: 'intended', callBridge: call.callBridge }]];
    }),
  );
  return {
    ...{ cluster, number, space, name, passcode, secret, rooms, end: booked.end },
    ...(call === undefined ? {} : { call: call.call, callBridge: call.callBridge, openedAt: now }),
    ...(booked.end <= now ? { extension: extensionSoFar(booked.end, now, how.by) } : {}),
  };
}

function extensionSoFar(end: number, now: number, by: number): NonNullable<Run['extension']> {
  const times = Math.floor((now - end) / by) + 1;
  return { of: end, until: end + times * by, times };
}
