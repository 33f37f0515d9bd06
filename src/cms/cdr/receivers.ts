/** The receivers of call detail records of one call bridge: each has its own few places, and they are not shared. */
import type { CmsClient, RequestOptions } from '../client.ts';

export interface CdrReceiver {
  readonly id: string;
  /** Empty for a place that somebody keeps without an address. */
  readonly uri: string;
}

export interface CdrReceivers {
  readonly receivers: readonly CdrReceiver[];
  /** Those that stand, and how many there may be; undefined where the release does not say. */
  readonly total: number;
  readonly maximum: number | undefined;
}

/** One page is enough: no bridge has more than a handful. @throws CmsFault */
export async function readCdrReceivers(client: CmsClient, options?: RequestOptions): Promise<CdrReceivers> {
  const list = await client.get('system/cdrReceivers', {}, { ...options, root: 'cdrReceivers' });
  const items = list.children('cdrReceiver');
  const receivers = items.flatMap((item) => {
    const { id } = item.attributes;
    return id === undefined ? [] : [{ id, uri: item.text('uri') ?? '' }];
  });
  const { total = '', maximum = '' } = list.attributes;
  return {
    receivers,
    total: /^\d+$/.test(total) ? Number(total) : items.length,
    maximum: /^\d+$/.test(maximum) ? Number(maximum) : undefined,
  };
}

/**
 * Answers the new receiver's id. The bridge looks neither at who listens there nor whether the address is there already.
 * @throws CmsFault; `refused` with the reason `tooManyCdrReceivers` where all places are taken; `sent` where it may stand
 *   nevertheless, so that it is to be looked for
 */
export function addCdrReceiver(client: CmsClient, uri: string, options?: RequestOptions): Promise<string> {
  return client.post('system/cdrReceivers', [['uri', uri]], options);
}

/** What was not delivered to it is forgotten with it. @throws CmsFault; `absent` where it is gone already */
export function removeCdrReceiver(client: CmsClient, id: string, options?: RequestOptions): Promise<void> {
  return client.delete(`system/cdrReceivers/${id}`, options);
}
