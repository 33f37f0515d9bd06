/**
 * The steps that change a bridge. Each is safe to repeat: what must not happen twice is looked for before it is done
 * again, and what was done is written down before the next step. A step that fails at one call bridge is taken to the
 * next; a step that fails at all throws `NoCallBridge`.
 */
import { dial, hangUp, isLegTo, listCallLegs, sameParty } from '../src/cms/call-legs.ts';
import { type CallSummary, createCall, deleteCall, listCalls } from '../src/cms/calls.ts';
import type { CmsClient, RequestOptions } from '../src/cms/client.ts';
import { CmsFault, ignoreAbsence } from '../src/cms/fault.ts';
import { listParticipants } from '../src/cms/participants.ts';
import { closeSpace, createSpace, isSlot, listSpaces, type OpenSpace, openSpace } from '../src/cms/spaces.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { SlotProfiles } from '../src/slot/drift.ts';
import { placeholderName } from '../src/slot/slot.ts';

/** For a look after a lost answer: request and look together stay below three seconds. */
const lookDeadline = 600;

/** The id of a slot's space: as the last sweep found it, else by asking the bridge; made anew where it is missing. */
export async function spaceOf(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  number: string,
): Promise<string> {
  const known = await store.space(cluster.name, number);
  if (known !== undefined) return known;
  const id = (await findSpace(client, number)) ?? (await makeSlot(client, store, cluster, number));
  await store.putSpace(cluster.name, number, id);
  return id;
}

async function findSpace(client: CmsClient, number: string): Promise<string | undefined> {
  for await (const space of listSpaces(client, { filter: number })) {
    if (isSlot(space, number)) return space.id;
  }
  return undefined;
}

/** Adds one slot to the range. */
export async function makeSlot(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  number: string,
): Promise<string> {
  const { callProfile, callLegProfile } = await store.clusterStatus(cluster.name);
  try {
    return await createSpace(client, {
      name: placeholderName(cluster.slotName, number),
      uri: number,
      callId: number,
      nonMemberAccess: false,
      callProfile,
      callLegProfile,
    });
  } catch (error) {
    // An answer that was lost, or another process: the space may stand now.
    const found = error instanceof CmsFault ? await findSpace(client, number) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/**
 * Puts the space open; a space that somebody has deleted is made again.
 * @param prepare what has to be on a new space before anybody is let in
 * @returns the id that it has now
 */
export async function putOpen(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  slot: { readonly number: string; readonly space: string },
  fields: OpenSpace,
  prepare: (space: string) => Promise<void> = async () => {},
): Promise<string> {
  try {
    await openSpace(client, slot.space, fields);
    return slot.space;
  } catch (error) {
    if (!(error instanceof CmsFault) || error.kind !== 'absent') throw error;
    const space = await makeAgain(client, store, cluster, slot.number);
    await prepare(space);
    await openSpace(client, space, fields);
    return space;
  }
}

/** The space of a slot whose known one is gone: another that stands, or a new one. */
export async function makeAgain(
  client: CmsClient,
  store: BridgeStore,
  cluster: ClusterConfig,
  number: string,
): Promise<string> {
  const space = (await findSpace(client, number)) ?? (await makeSlot(client, store, cluster, number));
  await store.putSpace(cluster.name, number, space);
  return space;
}

/** Makes the call of a space, or adopts the one that an answer lost on its way has made. */
export async function makeCall(
  client: CmsClient,
  space: string,
  how: { readonly isLocked?: boolean } = {},
): Promise<string> {
  try {
    return await createCall(client, space, how);
  } catch (error) {
    if (!(error instanceof CmsFault) || !error.sent) throw error;
    const found = await findCall(client, space).catch(() => undefined);
    if (found === undefined) throw error;
    return found;
  }
}

/** A call of this space on this call bridge. */
export async function findCall(client: CmsClient, space: string): Promise<string | undefined> {
  return (await listCalls(client, { coSpace: space }, { deadline: lookDeadline }))[0]?.id;
}

/**
 * Dials a room, or adopts the leg that an answer lost on its way has made.
 * @param onSilence called when there is neither answer nor leg: the bridge may still be about to dial
 * @throws CmsFault; `sent` only where the bridge did not say afterwards whether there is such a leg
 */
export async function dialRoom(
  client: CmsClient,
  call: string,
  sip: string,
  onSilence: () => void,
  callLegProfile?: string,
): Promise<string> {
  try {
    return await dial(client, call, sip, { callLegProfile });
  } catch (error) {
    if (!(error instanceof CmsFault) || !error.sent) throw error;
    const found = await findLeg(client, call, sip).catch(() => 'unknown' as const);
    if (found === undefined || found === 'unknown') onSilence();
    if (found === undefined) throw new CmsFault(error.message, { ...error, sent: false, cause: error.cause });
    if (found === 'unknown') throw error;
    return found;
  }
}

/** The leg of this call to this address. */
export async function findLeg(client: CmsClient, call: string, sip: string): Promise<string | undefined> {
  const legs = await listCallLegs(client, call, { deadline: lookDeadline });
  return legs.find((leg) => isLegTo(leg, sip))?.id;
}

/**
 * Whether this address is in the conference of this call already, on whichever call bridge of the cluster: they know one
 * another's people. The id is that of its leg.
 */
export async function findRoom(
  client: CmsClient,
  call: string,
  sip: string,
): Promise<{ readonly leg: string; readonly isElsewhere: boolean } | undefined> {
  const own = await findLeg(client, call, sip);
  if (own !== undefined) return { leg: own, isElsewhere: false };
  const everybody = await listParticipants(client, call, { deadline: lookDeadline });
  const found = everybody.find(({ address }) => sameParty(address, sip));
  return found && { leg: found.id, isElsewhere: found.callBridge !== undefined };
}

/** Hangs a leg up; one that is gone already is as good. */
export async function hangUpLeg(client: CmsClient, leg: string): Promise<void> {
  await hangUp(client, leg).catch(ignoreAbsence);
}

/** Locks the space, so that nobody comes in any more; who is in stays in until the calls are deleted. */
export async function lock(
  client: CmsClient,
  cluster: ClusterConfig,
  slot: { readonly number: string; readonly space: string },
  profiles?: SlotProfiles,
) {
  const name = placeholderName(cluster.slotName, slot.number);
  const close = (own?: SlotProfiles) => closeSpace(client, slot.space, { name, profiles: own });
  await close(profiles)
    .catch(async (error: unknown) => {
      // It may be a profile that is gone, and not the space.
      ignoreAbsence(error);
      if (profiles !== undefined) await close();
    })
    .catch(ignoreAbsence);
}

/**
 * Deletes every call of the space on one call bridge, and looks again where there was one: a slot is given on only once
 * it was seen empty.
 * @param ours which of the calls are to go; asked when they have been listed, which may take seconds in which the slot
 *   passes to the next meeting: what was listed before it had the slot cannot be its
 * @returns whether none of them is left
 */
export async function deleteCalls(
  client: CmsClient,
  space: string,
  options: RequestOptions = {},
  ours: (calls: readonly CallSummary[]) => Promise<readonly CallSummary[]> = async (calls) => calls,
): Promise<boolean> {
  const left = async () => await ours(await listCalls(client, { coSpace: space }, options));
  for (let round = 0; round < 2; round += 1) {
    const calls = await left();
    if (calls.length === 0) return true;
    await Promise.all(calls.map(({ id }) => deleteCall(client, id, options).catch(ignoreAbsence)));
  }
  return (await left()).length === 0;
}

export async function deleteOneCall(client: CmsClient, call: string): Promise<void> {
  await deleteCall(client, call).catch(ignoreAbsence);
}
