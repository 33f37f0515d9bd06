/** Calls: conferences running on one call bridge. A cluster's other bridges know them under other ids. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';
import type { XmlElement } from './xml.ts';

export interface CallSummary {
  readonly id: string;
  readonly name: string;
  /** The id of the space that it runs in. */
  readonly coSpace: string | undefined;
  /** The same on every call bridge that takes part in the conference. */
  readonly callCorrelator: string | undefined;
}

export interface Call extends CallSummary {
  readonly durationSeconds: number | undefined;
  /** Newcomers wait in its lobby, as its call profile says. */
  readonly isLocked: boolean | undefined;
  /** On this call bridge. */
  readonly numCallLegs: number | undefined;
  readonly numParticipantsLocal: number | undefined;
  readonly numParticipantsRemote: number | undefined;
}

/** Of one space, or all that run on this call bridge. */
export function listCalls(
  client: CmsClient,
  { coSpace }: { readonly coSpace?: string } = {},
  options?: RequestOptions,
): Promise<CallSummary[]> {
  const collection = { path: 'calls', list: 'calls', item: 'call', query: { coSpaceFilter: coSpace } };
  return collect(walk(client, collection, options), (id, element) => {
    const call = summary(id, element);
    if (call.coSpace !== undefined) client.belongs(id, call.coSpace);
    // A release that does not know the filter gives all.
    return coSpace === undefined || call.coSpace === coSpace ? call : undefined;
  });
}

/**
 * Begins a call that stays though nobody is in it. Where one was running already, its id may be the answer.
 * @param isLocked whether newcomers wait in its lobby, as its call profile says
 */
export async function createCall(
  client: CmsClient,
  coSpace: string,
  { isLocked = false, ...options }: RequestOptions & { readonly isLocked?: boolean } = {},
): Promise<string> {
  const form = [['coSpace', coSpace] as const, ...(isLocked ? [['locked', true] as const] : [])];
  const id = await client.post('calls', form, { priority: 'start', about: coSpace, ...options });
  client.belongs(id, coSpace);
  return id;
}

/** Closes or opens the lobby of a call; who waits in it is let in. */
export function setLocked(
  client: CmsClient,
  id: string,
  locked: boolean,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`calls/${id}`, [['locked', locked]], { priority: 'start', about: id, ...options });
}

export async function readCall(client: CmsClient, id: string, options?: RequestOptions): Promise<Call> {
  const call = await client.get(`calls/${id}`, {}, { ...options, root: 'call' });
  return {
    ...summary(id, call),
    durationSeconds: call.number('durationSeconds'),
    isLocked: call.boolean('locked'),
    numCallLegs: call.number('numCallLegs'),
    numParticipantsLocal: call.number('numParticipantsLocal'),
    numParticipantsRemote: call.number('numParticipantsRemote'),
  };
}

/** Hangs up everybody who is in the call through this call bridge. */
export function deleteCall(client: CmsClient, id: string, options?: RequestOptions): Promise<void> {
  return client.delete(`calls/${id}`, { priority: 'end', about: id, ...options });
}

/**
 * Text over everybody's picture, since release 2.1. Where one was shown, this one takes its place.
 * @param seconds for which it stays
 * @throws CmsFault; `refused` by older releases
 */
export function showMessage(
  client: CmsClient,
  id: string,
  text: string,
  seconds: number,
  options?: RequestOptions,
): Promise<void> {
  return client.put(
    `calls/${id}`,
    [
      ['messageText', text],
      ['messagePosition', 'top'],
      ['messageDuration', seconds],
    ],
    { about: id, ...options },
  );
}

function summary(id: string, call: XmlElement): CallSummary {
  return {
    id,
    name: call.text('name') ?? '',
    coSpace: call.text('coSpace'),
    callCorrelator: call.text('callCorrelator'),
  };
}
