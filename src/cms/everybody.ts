/** Everybody in all conferences that a call bridge takes part in, also those who are connected to its peers. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface Person {
  /** The same on every call bridge; that of the first call leg. */
  readonly id: string;
  /** The id of the call on the asked call bridge. */
  readonly call: string | undefined;
  /** As the bridge writes it; compare with `sameParty`. */
  readonly uri: string;
  /** The id of the call bridge that they are connected to; undefined where that is the asked one. */
  readonly callBridge: string | undefined;
}

/** @throws CmsFault */
export function listEverybody(client: CmsClient, options?: RequestOptions): Promise<Person[]> {
  const participants = { path: 'participants', list: 'participants', item: 'participant' };
  return collect(walk(client, participants, options), (id, element) => ({
    id,
    call: element.text('call'),
    uri: element.text('uri') ?? '',
    callBridge: element.text('callBridge'),
  }));
}
