/**
 * A dial that a call bridge was asked for, did not answer in time, and carries out after the room was dialled elsewhere: the
 * room is rung a second time, and a system that answers by itself puts the meeting on hold for it. Nobody can tell such a
 * call bridge from one that will never dial, and a room does not wait; so what comes late is hung up as soon as it shows.
 */
import { isLegTo, listCallLegs, readCallLeg } from '../src/cms/call-legs.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreAbsence, ignoreFault } from '../src/cms/fault.ts';
import { isPastLate } from '../src/conference/rooms.ts';
import type { DialledRoom, Run } from '../src/conference/run.ts';
import { type Hand, mustBeOurs } from './hand.ts';
import { hangUpLeg } from './steps.ts';

/**
 * Looked for where it may come late, and where the room is: of two dials there, one before a death and one after it, nobody
 * can say which has come.
 * @returns the room's record after the look, and the call bridge on which a second leg was hung up
 */
export async function endLateDial(
  hand: Hand,
  run: Run,
  room: DialledRoom,
): Promise<{ readonly room: DialledRoom; readonly endedOn?: string }> {
  const { lateOn, ...rest } = room;
  if (lateOn === undefined) return { room: rest };
  for (const address of new Set([lateOn, room.callBridge ?? lateOn])) {
    const client = hand.deps.callBridges.client(run.cluster, address);
    const leg = client && (await secondLeg(client, run, room).catch(ignoreFault));
    if (client === undefined || leg === undefined) continue;
    mustBeOurs(hand);
    await hangUpLeg(client, leg);
    return { room: rest, endedOn: address };
  }
  return { room: isPastLate(room, hand.now) ? rest : room };
}

/** The leg that was dialled beside the one on record. Whoever has dialled in by themselves is none. */
async function secondLeg(client: CmsClient, run: Run, room: DialledRoom): Promise<string | undefined> {
  const calls = await listCalls(client, { coSpace: run.space });
  const legs = (await Promise.all(calls.map(({ id }) => listCallLegs(client, id)))).flat();
  for (const { id } of legs.filter((one) => one.id !== room.leg && isLegTo(one, room.sip))) {
    const leg = await readCallLeg(client, id).catch(ignoreAbsence);
    if (leg?.direction === 'outgoing') return id;
  }
  return undefined;
}
