/**
 * Calls in slots that no meeting has. At least once; safe because only calls that were just seen are deleted, in slots
 * that nobody has or is about to have. Killed in between, the next sweep sees what is left.
 *
 * The policy: the slot is locked, so nobody can join them any more. A call with nobody in it, or with one who is alone, is
 * ended. Two or more are left to talk, whoever let them in, and a ticket says so; the slot counts as unclean, so that
 * what begins soon is placed elsewhere. They are put out when the next meeting of the slot is near, and at the latest by
 * its start: nobody of before ever lands in it.
 */
import { type CallSummary, deleteCall, listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault, ignoreAbsence } from '../src/cms/fault.ts';
import { listParticipants } from '../src/cms/participants.ts';
import type { BridgeDeps } from './bridge.ts';
import type { Cluster } from './call-bridges.ts';
import type { Slot } from './standing.ts';
import { inNoHurry, whoHas } from './sweeping.ts';

/** So long before the next meeting of the slot they must go. */
const nextIsNear = 600_000;

type PeopleDeps = Pick<BridgeDeps, 'slots' | 'meetings' | 'log' | 'callBridges'>;

/** @returns number of the slot -> how many are still in, where they were left */
export async function endCallsOfNobody(
  deps: PeopleDeps,
  cluster: Cluster,
  slots: ReadonlyMap<string, Slot>,
  leftAlone: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const numberOf = new Map([...slots.values()].map(({ number, space }) => [space, number]));
  const left = new Map<string, number>();
  const known = (await deps.slots.unclean(cluster.config.name)).filter(({ why }) => why === 'people');
  const able = deps.callBridges.able(cluster.config.name);
  await Promise.all(
    able.map(async (client) => {
      try {
        const inCall = new Set<string>();
        for (const call of await listCalls(client, {}, inNoHurry)) {
          const number = numberOf.get(call.coSpace ?? '');
          if (number === undefined || leftAlone.has(number)) continue;
          inCall.add(number);
          const people = await endUnlessInUse(deps, cluster.config.name, client, number, call);
          if (people === 'of-a-meeting') continue;
          if (people > 0) left.set(number, Math.max(people, left.get(number) ?? 0));
          else inCall.delete(number);
        }
        const gone = known.filter(
          ({ callBridge, number }) => callBridge === client.address && !inCall.has(number),
        );
        for (const mark of gone) await deps.slots.seenEmpty(cluster.config.name, mark);
      } catch (error) {
        // Asked again by the next sweep.
        if (!(error instanceof CmsFault)) throw error;
      }
    }),
  );
  return left;
}

/** @returns how many without a meeting are left in */
async function endUnlessInUse(
  deps: PeopleDeps,
  cluster: string,
  client: CmsClient,
  number: string,
  { id: call, coSpace: space = '' }: CallSummary,
): Promise<number | 'of-a-meeting'> {
  if ((await whoHas(deps, cluster, number)) !== undefined) return 'of-a-meeting';
  const people = await listParticipants(client, call, inNoHurry).catch(ignoreAbsence);
  if (people === undefined) return 0;
  const now = Date.now();
  const isNear = (await deps.slots.ofSlot(cluster, number)).some(
    ({ from, to }) => from < now + nextIsNear && to > now,
  );
  if (people.length > 1 && !isNear) {
    const mark = { number, callBridge: client.address, since: now, space, call, why: 'people' as const };
    await deps.slots.markUnclean(cluster, [mark]);
    return people.length;
  }
  await deleteCall(client, call).catch(ignoreAbsence);
  deps.log.warn({ cluster, number, people: people.length }, 'a call in a slot without a meeting was ended');
  return 0;
}
