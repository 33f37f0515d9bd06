/** Participants: who is in a call, on whichever call bridge. A person with picture and slides apart is one of them. */
import { bareAddress, listCallLegs, readCallLeg } from './call-legs.ts';
import { boundedText } from './cdr/fields.ts';
import type { CmsClient, RequestOptions } from './client.ts';
import { CmsFault, isUnknownResource } from './fault.ts';
import { collect, walk } from './paging.ts';
import type { XmlElement } from './xml.ts';

export interface Participant {
  /** The same on every call bridge that knows of them. */
  readonly id: string;
  /** As they call themselves, without control characters. */
  readonly name: string;
  /** Their address without scheme and parameters, in lower case; empty where the bridge does not say. */
  readonly address: string;
  /** Id of the call bridge that they are connected to, where that is not the one that was asked. */
  readonly callBridge: string | undefined;
}

/**
 * All who are in the conference of a call: each bridge that takes part knows those of the others too. A release that
 * knows no participants is asked for the legs that it has itself.
 * @throws CmsFault; `absent` when the call is over
 */
export async function listParticipants(
  client: CmsClient,
  call: string,
  options?: RequestOptions,
): Promise<Participant[]> {
  const collection = { path: `calls/${call}/participants`, list: 'participants', item: 'participant' };
  try {
    return await collect(walk(client, collection, options), participantOf);
  } catch (error) {
    if (!isUnknownResource(error)) throw error;
    const legs = await listCallLegs(client, call, options);
    return legs.map(({ id, name, remoteParty }) => ({
      id,
      name: boundedText(name),
      address: bareAddress(boundedText(remoteParty)),
      callBridge: undefined,
    }));
  }
}

export interface ParticipantInCall extends Participant {
  /** The id of the call on the asked call bridge. */
  readonly call: string | undefined;
}

/** All in all conferences that a call bridge takes part in, also those who are connected to its peers. @throws CmsFault */
export function listEverybody(client: CmsClient, options?: RequestOptions): Promise<ParticipantInCall[]> {
  const collection = { path: 'participants', list: 'participants', item: 'participant' };
  return collect(walk(client, collection, options), (id, element) => ({
    ...participantOf(id, element),
    call: element.text('call'),
  }));
}

function participantOf(id: string, element: XmlElement): Participant {
  return {
    id,
    name: boundedText(element.text('name') ?? ''),
    address: bareAddress(boundedText(element.text('uri') ?? '')),
    callBridge: element.text('callBridge'),
  };
}

export interface ParticipantDetail {
  /** Whether they bring those to life who need a host; undefined where the release does not say. */
  readonly isActivator: boolean | undefined;
  /** Since release 2.6. */
  readonly canMove: boolean | undefined;
}

/** Only the call bridge that they are connected to knows all of it. @throws CmsFault; `absent` when they have left */
export async function readParticipant(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<ParticipantDetail> {
  const participant = await client.get(`participants/${id}`, {}, { ...options, root: 'participant' });
  return { isActivator: participant.boolean('isActivator'), canMove: participant.boolean('canMove') };
}

/** How somebody is connected. */
export interface Connection {
  /** False while it rings. */
  readonly isConnected: boolean;
  /** Nobody hears them: the bridge takes no sound from any of their legs. */
  readonly isMuted: boolean;
}

/** Only the call bridge that they are connected to can say. Undefined when they have left meanwhile. @throws CmsFault */
export async function readConnection(
  client: CmsClient,
  participant: string,
  options?: RequestOptions,
): Promise<Connection | undefined> {
  try {
    const collection = { path: `participants/${participant}/callLegs`, list: 'callLegs', item: 'callLeg' };
    const ids = await collect(walk(client, collection, options), (id) => id).catch((error: unknown) => {
      if (!isUnknownResource(error)) throw error;
      return [participant];
    });
    const legs = await Promise.all(ids.map((id) => readCallLeg(client, id, options)));
    if (legs.length === 0) return undefined;
    return {
      isConnected: legs.some(({ state }) => state !== 'initial' && state !== 'ringing'),
      isMuted: legs.every(({ isMuted }) => isMuted),
    };
  } catch (error) {
    if (error instanceof CmsFault && error.kind === 'absent') return undefined;
    throw error;
  }
}
