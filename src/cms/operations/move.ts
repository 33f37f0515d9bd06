/**
 * Moving a participant into another conference. At most one move for each call of `moveParticipant`, and after an answer
 * that was lost `findMoved` tells whether there was one, so that nobody is moved twice.
 */
import { bareAddress } from '../call-legs.ts';
import type { CmsClient, RequestOptions } from '../client.ts';
import { ignoreAbsence } from '../fault.ts';
import { type Collection, collect, walk } from '../paging.ts';

/** What must be known of somebody who is to be moved, or was. */
export interface Movable {
  /** Rooms since release 2.6, the web app since 3.2, other apps never, and nobody while it rings. */
  readonly canMove: boolean;
  /** Who they were before they were moved here. */
  readonly movedParticipant: string | undefined;
  /** The id of the call bridge that had them before. */
  readonly movedParticipantCallBridge: string | undefined;
  /** The id of the call bridge that they are connected to, where that is not the one that was asked. */
  readonly callBridge: string | undefined;
  /** The id of their call on the call bridge that was asked. */
  readonly call: string | undefined;
  readonly name: string;
  /** Without scheme and parameters, in lower case; empty where the bridge does not say. */
  readonly address: string;
  /** `initial`, `ringing`, `connected`, `onHold`; releases may know more. */
  readonly state: string | undefined;
}

/** Undefined when they have left, or were moved away. Whether they can be moved only their own call bridge says. @throws CmsFault */
export async function readMovable(
  client: CmsClient,
  participant: string,
  options?: RequestOptions,
): Promise<Movable | undefined> {
  const path = `participants/${participant}`;
  const element = await client.get(path, {}, { ...options, root: 'participant' }).catch(ignoreAbsence);
  if (element === undefined) return undefined;
  const call = element.text('call');
  if (call !== undefined) client.belongs(participant, call);
  return {
    canMove: element.boolean('canMove') ?? false,
    movedParticipant: element.text('movedParticipant'),
    movedParticipantCallBridge: element.text('movedParticipantCallBridge'),
    callBridge: element.text('callBridge'),
    call,
    name: element.text('name') ?? '',
    address: bareAddress(element.text('uri') ?? ''),
    state: element.child('status')?.text('state'),
  };
}

/**
 * Asked of the call bridge with the target call; it gets the participant from the one that has them, and may have them
 * connected to a third. The new participant's id comes at once, the old one is gone tens of milliseconds later. As
 * Meeting Management does it (Cisco TAC 217249), whoever is moved needs no host any more.
 * @throws CmsFault; `sent` when the answer was lost: `findMoved` before anything else. `refusalOf`: `remote` when they
 * cannot be moved, `full`, `gone` when they or the target call are, `unsupported` before release 2.6
 */
export async function moveParticipant(
  client: CmsClient,
  targetCall: string,
  participant: string,
  options?: RequestOptions,
): Promise<string> {
  const id = await client.post(
    `calls/${targetCall}/participants`,
    [
      ['movedParticipant', participant],
      ['needsActivation', false],
    ],
    { priority: 'start', about: targetCall, shares: true, ...options },
  );
  client.belongs(id, targetCall);
  return id;
}

/** Participants that are looked at together. */
const together = 10;

/**
 * The id that a participant has in the call into which they were moved. Undefined when they are not there: or not yet, as
 * long as `readMovable` still finds the old one where they were.
 * @throws CmsFault; `absent` when the target call is over
 */
export async function findMoved(
  client: CmsClient,
  targetCall: string,
  oldParticipant: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  const found = await findAmong(
    client,
    { path: `calls/${targetCall}/participants` },
    oldParticipant,
    options,
  );
  if (found !== undefined) client.belongs(found, targetCall);
  return found;
}

/**
 * The same in any call in which the call bridge takes part, among those of that name: a move can go astray.
 * @throws CmsFault
 */
export function findMovedAnywhere(
  client: CmsClient,
  name: string,
  oldParticipant: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  return findAmong(client, { path: 'participants', query: { filter: name } }, oldParticipant, options);
}

async function findAmong(
  client: CmsClient,
  where: Pick<Collection, 'path' | 'query'>,
  oldParticipant: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  const old = oldParticipant.toLowerCase();
  const people = await collect(
    walk(client, { ...where, list: 'participants', item: 'participant' }, options),
    (id, element) => ({ id, before: element.text('movedParticipant')?.toLowerCase() }),
  );
  const listed = people.find(({ before }) => before === old)?.id;
  return listed ?? (await findInDetail(client, people.map(({ id }) => id).reverse(), old, options));
}

/** Lists carry few fields. Whoever came last is looked at first. */
async function findInDetail(
  client: CmsClient,
  ids: readonly string[],
  old: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  for (let at = 0; at < ids.length; at += together) {
    const some = ids.slice(at, at + together);
    const befores = await Promise.all(some.map((id) => readBefore(client, id, options)));
    const index = befores.findIndex((before) => before?.toLowerCase() === old);
    if (index >= 0) return some[index];
  }
  return undefined;
}

/** A participant's id is that of their first leg, before and after: where they do not say whence they came, the leg may. */
async function readBefore(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  const participant = await readMovable(client, id, options);
  if (participant === undefined || participant.movedParticipant !== undefined)
    return participant?.movedParticipant;
  if (participant.callBridge !== undefined) return undefined;
  const leg = await client.get(`callLegs/${id}`, {}, { ...options, root: 'callLeg' }).catch(ignoreAbsence);
  return leg?.text('movedCallLeg');
}
