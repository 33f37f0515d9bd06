/** Access methods: further numbers and passcodes that lead into one space. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface AccessMethod {
  readonly id: string;
  readonly name: string | undefined;
  readonly uri: string | undefined;
  readonly callId: string | undefined;
  readonly passcode: string | undefined;
  readonly callLegProfile: string | undefined;
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
    passcode: element.text('passcode'),
    callLegProfile: element.text('callLegProfile'),
  }));
}

export interface NewAccessMethod {
  readonly name: string;
  readonly uri: string;
  readonly callId: string;
  readonly passcode: string;
  readonly callLegProfile: string;
}

/** The new access method's id. One with the same number and passcode as the space's, or another's, is refused. */
export function createAccessMethod(
  client: CmsClient,
  space: string,
  { name, uri, callId, passcode, callLegProfile }: NewAccessMethod,
  options?: RequestOptions,
): Promise<string> {
  return client.post(
    `coSpaces/${space}/accessMethods`,
    [
      ['name', name],
      ['uri', uri],
      ['callId', callId],
      ['passcode', passcode],
      ['callLegProfile', callLegProfile],
    ],
    { about: space, ...options },
  );
}

export function deleteAccessMethod(
  client: CmsClient,
  space: string,
  id: string,
  options?: RequestOptions,
): Promise<void> {
  return client.delete(`coSpaces/${space}/accessMethods/${id}`, { about: space, ...options });
}
