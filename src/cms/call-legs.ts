/** Call legs: the connections of one call bridge to the rooms and people in its calls. */
import type { CmsClient, RequestOptions } from './client.ts';
import type { Form } from './form.ts';
import { collect, walk } from './paging.ts';
import type { XmlElement } from './xml.ts';

export interface CallLegSummary {
  readonly id: string;
  readonly name: string;
  /** As the bridge writes it; compare with `sameParty`. */
  readonly remoteParty: string;
  /** What was dialled, where the bridge's rules made another address of it. */
  readonly originalRemoteParty: string | undefined;
  /** The call's id. */
  readonly call: string | undefined;
}

export interface CallLeg extends CallLegSummary {
  readonly direction: 'incoming' | 'outgoing' | undefined;
  /** `initial`, `ringing`, `connected`, `onHold`; releases may know more. */
  readonly state: string | undefined;
  readonly durationSeconds: number | undefined;
  /** Whether the bridge takes no sound from it. */
  readonly isMuted: boolean;
}

/** The legs that this call bridge holds, without those that tie it to the other bridges of its cluster. */
export function listCallLegs(
  client: CmsClient,
  call: string,
  options?: RequestOptions,
): Promise<CallLegSummary[]> {
  const collection = { path: `calls/${call}/callLegs`, list: 'callLegs', item: 'callLeg' };
  return collect(walk(client, collection, options), (id, element) =>
    isDistributionLink(element) ? undefined : summary(id, element),
  );
}

export async function readCallLeg(client: CmsClient, id: string, options?: RequestOptions): Promise<CallLeg> {
  const leg = await client.get(`callLegs/${id}`, {}, { ...options, root: 'callLeg' });
  const status = leg.child('status');
  const direction = leg.text('direction') ?? status?.text('direction');
  return {
    ...summary(id, leg),
    direction: direction === 'incoming' || direction === 'outgoing' ? direction : undefined,
    state: status?.text('state'),
    durationSeconds: status?.number('durationSeconds'),
    isMuted: leg.child('configuration')?.boolean('rxAudioMute') ?? false,
  };
}

/** Dials a room into the call, with a profile of its own or its space's; the new leg's id comes before it has answered. */
export async function dial(
  client: CmsClient,
  call: string,
  remoteParty: string,
  { callLegProfile, ...options }: RequestOptions & { readonly callLegProfile?: string | undefined } = {},
): Promise<string> {
  const rooms = { priority: 'start', about: call, shares: true } as const;
  const form: Form = [
    ['remoteParty', remoteParty],
    ['callLegProfile', callLegProfile],
  ];
  const id = await client.post(`calls/${call}/callLegs`, form, { ...rooms, ...options });
  client.belongs(id, call);
  return id;
}

export function hangUp(client: CmsClient, id: string, options?: RequestOptions): Promise<void> {
  return client.delete(`callLegs/${id}`, { priority: 'end', about: id, shares: true, ...options });
}

/** Whether two SIP addresses mean the same party, whatever scheme, case, parameters or default port they carry. */
export function sameParty(a: string, b: string): boolean {
  return bareAddress(a) === bareAddress(b);
}

/** Whether a leg leads to this SIP address, or did before the bridge's rules made another of it. */
export function isLegTo(
  { remoteParty, originalRemoteParty = '' }: Pick<CallLegSummary, 'remoteParty' | 'originalRemoteParty'>,
  address: string,
): boolean {
  return sameParty(remoteParty, address) || sameParty(originalRemoteParty, address);
}

/** A SIP address without scheme, parameters and default port, in lower case. */
export function bareAddress(address: string): string {
  const begin = address.indexOf('<');
  const end = begin < 0 ? -1 : address.indexOf('>', begin);
  const inside = end < 0 ? address : address.slice(begin + 1, end);
  return inside
    .trim()
    .toLowerCase()
    .replace(/^sips?:/, '')
    .replace(/[;?].*$/, '')
    .replace(/:506[01]$/, '');
}

/** Lists often leave the subtype out, but not what the bridge calls such a leg. */
function isDistributionLink(leg: XmlElement): boolean {
  const { name, remoteParty } = summary('', leg);
  return (
    leg.text('subType') === 'distributionLink' ||
    [name, remoteParty].some((text) => /^distributed call to "/.test(text))
  );
}

function summary(id: string, leg: XmlElement): CallLegSummary {
  return {
    id,
    name: leg.text('name') ?? '',
    remoteParty: leg.text('remoteParty') ?? '',
    originalRemoteParty: leg.text('originalRemoteParty'),
    call: leg.text('call'),
  };
}
