/** Call profiles and call leg profiles, and the two of them that scheduled meetings are given. */
import type { AccessPolicy } from '../conference/access.ts';
import type { CmsClient, RequestOptions } from './client.ts';
import type { Form } from './form.ts';
import { collect, walk } from './paging.ts';

/** As TMS makes it: room for everybody, no message board. */
export const scheduledCallProfile: Form = [
  ['participantLimit', '1000'],
  ['messageBoardEnabled', 'false'],
];

/** As TMS makes it: telepresence layout; everyone may change it, present, and mute themselves. */
export const scheduledCallLegProfile: Form = [
  ['defaultLayout', 'telepresence'],
  ['changeLayoutAllowed', 'true'],
  ['presentationContributionAllowed', 'true'],
  ['presentationViewingAllowed', 'true'],
  ['muteSelfAllowed', 'true'],
  ['videoMuteSelfAllowed', 'true'],
];

/** Of those who wait for a host: as all others, and activated by one. */
export function guestProfile(name: string, { deactivation, guests }: AccessPolicy): Form {
  return [
    ['name', name],
    ...scheduledCallLegProfile.filter(([field]) => field !== 'presentationContributionAllowed'),
    ['presentationContributionAllowed', guests.present],
    ['needsActivation', true],
    ['deactivationMode', deactivation.mode],
    ['deactivationModeTime', Math.round(deactivation.after / 1_000)],
    ['rxAudioMute', guests.muted],
  ];
}

/** Of those whose coming lets guests in: they may also keep order. */
export function hostProfile(name: string): Form {
  return [
    ['name', name],
    ...scheduledCallLegProfile,
    ['needsActivation', false],
    ['muteOthersAllowed', true],
    ['disconnectOthersAllowed', true],
    ['callLockAllowed', true],
  ];
}

/** Of calls in which a blank passcode is a guest's: how a call bridge asks for one. */
export function promptingCallProfile({ prompt }: AccessPolicy): Form {
  return [
    ...scheduledCallProfile,
    ['passcodeMode', prompt.mode],
    ['passcodeTimeout', prompt.mode === 'timeout' ? Math.round(prompt.timeout / 1_000) : undefined],
  ];
}

export interface Profile {
  readonly id: string;
  /** By the bridge's own names; a field that is unset, or that a release does not know, is missing. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The ids alone: lists show few of a profile's fields, or none. */
export function listCallProfiles(client: CmsClient, options?: RequestOptions): Promise<string[]> {
  return list(client, 'callProfile', options);
}

export function readCallProfile(client: CmsClient, id: string, options?: RequestOptions): Promise<Profile> {
  return read(client, 'callProfile', id, options);
}

export function createCallProfile(client: CmsClient, form: Form, options?: RequestOptions): Promise<string> {
  return client.post('callProfiles', form, options);
}

/** The ids alone: lists show few of a profile's fields, or none. `unreferenced`: of those that nothing has. */
export function listCallLegProfiles(
  client: CmsClient,
  { unreferenced = false, ...options }: RequestOptions & { readonly unreferenced?: boolean } = {},
): Promise<string[]> {
  return list(client, 'callLegProfile', options, unreferenced ? { usageFilter: 'unreferenced' } : {});
}

export function deleteCallLegProfile(client: CmsClient, id: string, options?: RequestOptions): Promise<void> {
  return client.delete(`callLegProfiles/${id}`, options);
}

export function readCallLegProfile(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<Profile> {
  return read(client, 'callLegProfile', id, options);
}

export function createCallLegProfile(
  client: CmsClient,
  form: Form,
  options?: RequestOptions,
): Promise<string> {
  return client.post('callLegProfiles', form, options);
}

/** The id of the call profile that holds where a space or tenant says nothing; undefined where there is none. */
export async function readSystemCallProfile(
  client: CmsClient,
  options?: RequestOptions,
): Promise<string | undefined> {
  const profiles = await client.get('system/profiles', {}, options);
  return profiles.text('callProfile');
}

export function updateCallProfile(
  client: CmsClient,
  id: string,
  form: Form,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`callProfiles/${id}`, form, options);
}

export function updateCallLegProfile(
  client: CmsClient,
  id: string,
  form: Form,
  options?: RequestOptions,
): Promise<void> {
  return client.put(`callLegProfiles/${id}`, form, options);
}

type Kind = 'callProfile' | 'callLegProfile';

function list(
  client: CmsClient,
  kind: Kind,
  options?: RequestOptions,
  query: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const collection = { path: `${kind}s`, list: `${kind}s`, item: kind, query };
  return collect(walk(client, collection, options), (id) => id);
}

async function read(client: CmsClient, kind: Kind, id: string, options?: RequestOptions): Promise<Profile> {
  const profile = await client.get(`${kind}s/${id}`, {}, { ...options, root: kind });
  return { id, fields: Object.fromEntries(profile.elements.map(({ name, content }) => [name, content])) };
}
