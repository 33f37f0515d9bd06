/**
 * What is done to many participants of a running conference at once: muting and layouts. A call bridge does it to those
 * who are connected to it; who the others are is the answer, for the call bridges that have them to be asked.
 */
import type { CmsClient, RequestOptions } from '../client.ts';
import type { Form } from '../form.ts';
import { change, type Unreached, type Who } from './reach.ts';

/** True mutes, false takes that back, and what is left out stays. */
export interface Mutes {
  /** Whether the bridge takes no sound from them. */
  readonly audio?: boolean | undefined;
  /** Whether it takes no picture from them. */
  readonly video?: boolean | undefined;
}

/** As Cisco's API description has them; older releases know fewer. */
export const layouts = [
  'allEqual',
  'speakerOnly',
  'telepresence',
  'stacked',
  'allEqualQuarters',
  'allEqualNinths',
  'allEqualSixteenths',
  'allEqualTwentyFifths',
  'onePlusFive',
  'onePlusSeven',
  'onePlusNine',
  'automatic',
  'onePlusN',
] as const;
export type Layout = (typeof layouts)[number];

/**
 * Mutes participants, or unmutes them. In one request for each 20 since release 2.4 (API description, PUT
 * `/calls/<id>/participants/*`), leg by leg before. Whoever comes later is not muted.
 * @throws CmsFault; `refusalOf`: `gone` when the call is over, for `all`. Some may be muted then: to be repeated whole
 */
export async function muteParticipants(
  client: CmsClient,
  call: string,
  who: Who,
  { audio, video }: Mutes,
  options?: RequestOptions,
): Promise<Unreached[]> {
  if (audio === undefined && video === undefined) return [];
  const form: Form = [
    ['rxAudioMute', audio],
    ['rxVideoMute', video],
  ];
  return await change(client, call, who, { bulk: form, leg: form }, options);
}

/**
 * Chooses how those participants see the conference, in as many requests as muting takes. It tells on SIP endpoints; who
 * uses an app chooses for themselves (API description, `defaultLayout`).
 * @throws CmsFault; `refusalOf`: `unsupported` where the release does not know the layout, `gone` when the call is over,
 * for `all`
 */
export function setLayout(
  client: CmsClient,
  call: string,
  who: Who,
  layout: Layout,
  options?: RequestOptions,
): Promise<Unreached[]> {
  return change(client, call, who, { bulk: [['layout', layout]], leg: [['chosenLayout', layout]] }, options);
}
