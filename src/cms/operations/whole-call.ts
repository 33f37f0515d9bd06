/** What is done to a running conference as a whole: recording and streaming. Any of it twice is as good as once. */
import type { CmsClient, RequestOptions } from '../client.ts';

/**
 * Begins or ends recording. Since release 1.9 (API description, PUT `/calls/<id>`); the answer says that the wish was
 * taken, not that a recorder is in.
 * @throws CmsFault; `refusalOf`: `not-licensed`, `gone` when the call is over, `other` also where recording this call is
 * not to be changed (reason `callRecordingCannotBeModified`)
 */
export function setRecording(
  client: CmsClient,
  call: string,
  on: boolean,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`calls/${call}`, [['recording', on]], { about: call, ...options });
}

/**
 * Begins or ends streaming to the address that the space has for it. Since release 2.1 (API description, PUT
 * `/calls/<id>`).
 * @throws CmsFault; `refusalOf`: as for recording (reason `callStreamingCannotBeModified`), `unsupported` by older releases
 */
export function setStreaming(
  client: CmsClient,
  call: string,
  on: boolean,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`calls/${call}`, [['streaming', on]], { about: call, ...options });
}
