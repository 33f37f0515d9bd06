/** How well a leg is heard and seen, both ways. Only the call bridge that holds it can say. */
import type { Quality } from '../conference/attendance/news.ts';
import { given } from './cdr/fields.ts';
import type { CmsClient, RequestOptions } from './client.ts';
import type { XmlElement } from './xml.ts';

export interface LegDetail {
  /** Whether the bridge takes no sound, and no picture, from it. */
  readonly isAudioMuted: boolean;
  readonly isVideoMuted: boolean;
  /** In which the leg is shown the others. */
  readonly layout: string | undefined;
  /** Without `at`; empty of a leg without media. */
  readonly quality: Omit<Quality, 'at'>;
}

/** Status of `/callLegs/<id>` (API description, rxAudio to txVideo). @throws CmsFault; `absent` when it is over */
export async function readLegDetail(
  client: CmsClient,
  id: string,
  options?: RequestOptions,
): Promise<LegDetail> {
  const leg = await client.get(`callLegs/${id}`, {}, { ...options, root: 'callLeg' });
  const configuration = leg.child('configuration');
  const status = leg.child('status');
  const media = ['rxAudio', 'txAudio', 'rxVideo', 'txVideo'].flatMap((name) => status?.children(name) ?? []);
  const picture = (status?.children('rxVideo') ?? []).find((one) => one.attributes.role !== 'presentation');
  return {
    isAudioMuted: configuration?.boolean('rxAudioMute') ?? false,
    isVideoMuted: configuration?.boolean('rxVideoMute') ?? false,
    layout: configuration?.text('chosenLayout') || status?.text('activeLayout') || status?.text('layout'),
    quality: given({
      packetLoss: worst(media, 'packetLossPercentage'),
      jitter: worst(media, 'jitter'),
      roundTripTime: worst(media, 'roundTripTime'),
      width: numberIn(picture, 'width'),
      height: numberIn(picture, 'height'),
      frameRate: numberIn(picture, 'frameRate'),
    }),
  };
}

function worst(media: readonly XmlElement[], name: string): number | undefined {
  const values = media.flatMap((one) => numberIn(one, name) ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** With a fraction, as `packetLossPercentage` and `frameRate` have one. */
function numberIn(element: XmlElement | undefined, name: string): number | undefined {
  const text = element?.text(name) ?? '';
  return /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
