/** What a call detail record says of a leg's media when the leg ends. */
import { element } from './xml.ts';

/** Shares are percentages of the leg's time. */
export interface CdrMedia {
  mainVideoViewer: number;
  mainVideoContributor: number;
  presentationViewer?: number;
  presentationContributor?: number;
  /** Shares of time with an alarm. */
  packetLoss: number;
  excessiveJitter: number;
  highRoundTripTime?: number;
  audioCodec: string;
  videoCodec: string;
  width: number;
  height: number;
  /** Both or none: statistics of what was received. */
  packetLossBursts?: { duration: number; density: number };
  packetGap?: { duration: number; density: number };
}

const usualMedia: CdrMedia = {
  mainVideoViewer: 98.9,
  mainVideoContributor: 100,
  packetLoss: 0,
  excessiveJitter: 0,
  audioCodec: 'aac',
  videoCodec: 'h264',
  width: 1280,
  height: 720,
};

/** The elements for media that differ from the usual as told. */
export function mediaOf(unusual: Partial<CdrMedia>): string {
  const media = { ...usualMedia, ...unusual };
  const share = (name: string, value: number | undefined): string => element(name, value?.toFixed(1));
  const alarm = (type: string, value: number | undefined): string =>
    value === undefined ? '' : `<alarm type="${type}" durationPercentage="${value.toFixed(1)}" />`;
  const usage =
    share('mainVideoViewer', media.mainVideoViewer) +
    share('mainVideoContributor', media.mainVideoContributor) +
    share('presentationViewer', media.presentationViewer) +
    share('presentationContributor', media.presentationContributor);
  const audio = element('codec', media.audioCodec);
  const video =
    element('codec', media.videoCodec) +
    element('maxSizeWidth', media.width) +
    element('maxSizeHeight', media.height);
  const statistics = statisticsOf(media);
  return (
    `<mediaUsagePercentages>${usage}</mediaUsagePercentages>` +
    alarm('packetLoss', media.packetLoss) +
    alarm('excessiveJitter', media.excessiveJitter) +
    alarm('highRoundTripTime', media.highRoundTripTime) +
    element('encryptedMedia', true) +
    `<rxAudio>${audio}${statistics}</rxAudio><txAudio>${audio}</txAudio>` +
    `<rxVideo>${video}${statistics}</rxVideo><txVideo>${video}</txVideo>`
  );
}

function statisticsOf({ packetLossBursts, packetGap }: CdrMedia): string {
  if (packetLossBursts === undefined || packetGap === undefined) return '';
  const part = (name: string, { duration, density }: { duration: number; density: number }): string =>
    `<${name}>${element('duration', duration.toFixed(3))}${element('density', density.toFixed(3))}</${name}>`;
  const parts = part('packetLossBursts', packetLossBursts) + part('packetGap', packetGap);
  return `<packetStatistics>${parts}</packetStatistics>`;
}
