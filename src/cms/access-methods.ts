/** Access methods: further numbers and passcodes that lead into one space. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface AccessMethod {
  readonly id: string;
  readonly name: string | undefined;
  readonly uri: string | undefined;
  readonly callId: string | undefined;
}

export function listAccessMethods(
  client: CmsClient,
  space: string,
  options?: RequestOptions,
): Promise<AccessMethod[]> {
  const collection = { path: `coSpaces/${space}/accessMethods`, list: 'accessMethods', item: 'accessMethod' };
  return collect(walk(client, collection, options), (id, element) => ({
    id,
    name: element.text('name'),
    uri: element.text('uri')?.toLowerCase(),
    callId: element.text('callId'),
  }));
}
