/**
 * What is done to one participant of a running conference: any of it twice is as good as once. To be asked of the call
 * bridge that they are connected to. Writes keep their order with the others about the call where the client knows that
 * they belong to it, or where its id is given as `about`.
 */
import type { CmsClient, RequestOptions } from '../client.ts';
import { ignoreAbsence } from '../fault.ts';
import type { Form } from '../form.ts';
import { mustHave } from './release.ts';

/** Of a participant's importance, 0 being the lowest (API description, text limits). */
export const highestImportance = 2_147_483_647;

/**
 * Who is more important has the larger pane; undefined takes it back. Since release 2.2 (API description, PUT
 * `/participants/<id>`).
 * @throws CmsFault; `refusalOf`: `unsupported` by older releases, `remote`, `gone`
 */
export function setImportance(
  client: CmsClient,
  participant: string,
  importance: number | undefined,
  options?: RequestOptions,
): Promise<void> {
  return put(client, participant, [['importance', importance ?? '']], options);
}

/**
 * Hangs up all legs of a participant; one who has left already is as good. (API description, reason
 * `participantCannotBeDeleted`.)
 * @throws CmsFault; `refusalOf`: `remote`, `unsupported` by a release that knows participants to be read only
 */
export async function dropParticipant(
  client: CmsClient,
  participant: string,
  options?: RequestOptions,
): Promise<void> {
  const request: RequestOptions = { priority: 'end', about: participant, shares: true, ...options };
  await client.delete(`participants/${participant}`, request).catch(ignoreAbsence);
}

/**
 * Lets somebody in who waits in the lobby, or for a host. Since release 2.9 (API description, PUT `/participants/<id>`);
 * what older ones do with the parameter is not documented, so that they are not asked.
 * @throws CmsFault; `refusalOf`: `unsupported` by older releases, `remote`, `gone`
 */
export async function admit(client: CmsClient, participant: string, options?: RequestOptions): Promise<void> {
  const request: RequestOptions = { priority: 'start', ...options };
  await mustHave(client, [2, 9], 'letting somebody in by hand', request);
  await put(client, participant, [['deactivated', false]], request);
}

/**
 * Sends somebody out of the conference into its lobby, until let in. Since release 3.4 (API Reference Guide 3.4, 1.2.5),
 * the parameter having been there before for the other way.
 * @throws CmsFault; `refusalOf`: `unsupported` by older releases, `remote`, `gone`
 */
export async function sendToLobby(
  client: CmsClient,
  participant: string,
  options?: RequestOptions,
): Promise<void> {
  await mustHave(client, [3, 4], 'sending somebody to the lobby', options);
  await put(client, participant, [['deactivated', true]], options);
}

function put(client: CmsClient, participant: string, form: Form, options?: RequestOptions): Promise<void> {
  return client.put(`participants/${participant}`, form, { about: participant, ...options });
}
