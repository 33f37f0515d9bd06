/** The receivers of call detail records of one call bridge: each has its own few places, and they are not shared. */
import type { CmsClient, RequestOptions } from './client.ts';

export interface CdrReceivers {
  readonly uris: readonly string[];
  /** Those that stand, and how many there may be; undefined where the release does not say. */
  readonly total: number;
  readonly maximum: number | undefined;
}

/** One page is enough: no bridge has more than a handful. */
export async function readCdrReceivers(client: CmsClient, options?: RequestOptions): Promise<CdrReceivers> {
  const list = await client.get('system/cdrReceivers', {}, { ...options, root: 'cdrReceivers' });
  const uris = list.children('cdrReceiver').flatMap((receiver) => receiver.text('uri') ?? []);
  const { total = '', maximum = '' } = list.attributes;
  return {
    uris,
    total: /^\d+$/.test(total) ? Number(total) : uris.length,
    maximum: /^\d+$/.test(maximum) ? Number(maximum) : undefined,
  };
}
