/** The records of one call leg: that it came, what became known of it, and how it was when it had ended. */
import { bareAddress } from '../call-legs.ts';
import type { XmlElement } from '../xml.ts';
import { amountIn, attributeOf, given, idIn, textIn } from './fields.ts';

export type LegContent = LegStart | LegUpdate | LegEnd;

export interface LegStart {
  readonly what: 'leg-start';
  readonly leg: string;
  /** Whoever dials in over SIP is told of before their call is known. */
  readonly call?: string;
  /** The far end without scheme and parameters, in lower case; empty where the bridge does not say. */
  readonly address: string;
  readonly name: string;
  readonly direction?: 'incoming' | 'outgoing';
  /** `acano`: the web app and its forerunners. */
  readonly type?: 'sip' | 'acano';
  /** `lync`, `avaya`, `distributionLink`, `lyncDistribution`, `webApp`; releases may know more. */
  readonly subType?: string;
  /** Legs of the same participant have the same one. */
  readonly group?: string;
  /** ownerId: what somebody at the API wrote down with the leg. */
  readonly owner?: string;
  readonly isGuest?: boolean;
  readonly canMove?: boolean;
  /** The leg that this one goes on for, and the id of the call bridge which had that; since 2.6. */
  readonly movedLeg?: string;
  readonly movedLegCallBridge?: string;
  readonly sipCallId?: string;
}

/** Sent whenever one of its fields has changed, and now and then without that. */
export interface LegUpdate {
  readonly what: 'leg-update';
  readonly leg: string;
  /** False says nothing about a leg that was connected: some updates carry no state. */
  readonly isConnected: boolean;
  readonly call?: string;
  /** In a menu rather than in a call. */
  readonly isInIvr: boolean;
  /** Without media until somebody activates the call. */
  readonly isDeactivated?: boolean;
  readonly name?: string;
  readonly address?: string;
  readonly group?: string;
  readonly canMove?: boolean;
}

export interface LegEnd {
  readonly what: 'leg-end';
  readonly leg: string;
  /** e.g. `callEnded`, `remoteTeardown`, `apiInitiatedTeardown`, `ringingTimeout`; releases know more and more of them. */
  readonly reason?: string;
  /** The far end hung up. */
  readonly isRemoteTeardown?: boolean;
  /** Since it was connected; 0 where it never was. */
  readonly durationSeconds?: number;
  /** Of these, with media. */
  readonly activatedSeconds?: number;
  readonly alarms: LegAlarms;
  readonly media?: LegMedia;
}

/** durationPercentage: in per cent of the leg's time; of two of a kind the greater one. */
export interface LegAlarms {
  readonly packetLoss?: number;
  readonly excessiveJitter?: number;
  readonly highRoundTripTime?: number;
}

/** What the bridge received, or else what it sent. */
export interface LegMedia {
  /** e.g. `aac`, `opus`. */
  readonly audioCodec?: string;
  /** e.g. `h264`. */
  readonly videoCodec?: string;
  /** Pixels of the greatest picture. */
  readonly width?: number;
  readonly height?: number;
}

export function readLegStart(leg: string, element: XmlElement): LegStart {
  const direction = textIn(element, 'direction')?.toLowerCase();
  const type = textIn(element, 'type')?.toLowerCase();
  return {
    what: 'leg-start',
    leg,
    address: addressIn(element) ?? '',
    name: textIn(element, 'displayName') ?? '',
    ...given({
      call: idIn(element, 'call'),
      direction: direction === 'incoming' || direction === 'outgoing' ? direction : undefined,
      type: type === 'sip' || type === 'acano' ? type : undefined,
      subType: textIn(element, 'subType'),
      group: idIn(element, 'groupId'),
      owner: textIn(element, 'ownerId'),
      isGuest: element.boolean('guestConnection'),
      canMove: element.boolean('canMove'),
      movedLeg: idIn(element, 'movedCallLeg'),
      movedLegCallBridge: idIn(element, 'movedCallLegCallBridge'),
      sipCallId: textIn(element, 'sipCallId'),
    }),
  };
}

export function readLegUpdate(leg: string, element: XmlElement): LegUpdate {
  return {
    what: 'leg-update',
    leg,
    isConnected: textIn(element, 'state')?.toLowerCase() === 'connected',
    isInIvr: element.child('ivr') !== undefined,
    ...given({
      call: idIn(element, 'call'),
      isDeactivated: element.boolean('deactivated'),
      name: textIn(element, 'displayName'),
      address: addressIn(element),
      group: idIn(element, 'groupId'),
      canMove: element.boolean('canMove'),
    }),
  };
}

export function readLegEnd(leg: string, element: XmlElement): LegEnd {
  const media = readMedia(element);
  return {
    what: 'leg-end',
    leg,
    alarms: given({
      packetLoss: alarmIn(element, 'packetLoss'),
      excessiveJitter: alarmIn(element, 'excessiveJitter'),
      highRoundTripTime: alarmIn(element, 'highRoundTripTime'),
    }),
    ...given({
      reason: textIn(element, 'reason'),
      isRemoteTeardown: element.boolean('remoteTeardown'),
      durationSeconds: amountIn(element, 'durationSeconds'),
      activatedSeconds: amountIn(element, 'activatedDuration'),
      media: Object.keys(media).length > 0 ? media : undefined,
    }),
  };
}

function readMedia(element: XmlElement): LegMedia {
  const [rxAudio, txAudio, rxVideo, txVideo] = ['rxAudio', 'txAudio', 'rxVideo', 'txVideo'].map((name) =>
    element.child(name),
  );
  const either = <T>(read: (stream: XmlElement) => T | undefined, ...streams: (XmlElement | undefined)[]) =>
    streams.map((stream) => stream && read(stream)).find((value) => value !== undefined);
  return given({
    audioCodec: either((stream) => textIn(stream, 'codec'), rxAudio, txAudio),
    videoCodec: either((stream) => textIn(stream, 'codec'), rxVideo, txVideo),
    width: either((stream) => amountIn(stream, 'maxSizeWidth'), rxVideo, txVideo),
    height: either((stream) => amountIn(stream, 'maxSizeHeight'), rxVideo, txVideo),
  });
}

function alarmIn(element: XmlElement, type: string): number | undefined {
  const shares = element
    .children('alarm')
    .filter((alarm) => attributeOf(alarm, 'type')?.toLowerCase() === type.toLowerCase())
    .map((alarm) => attributeOf(alarm, 'durationPercentage')?.trim() ?? '')
    .filter((share) => /^\d{1,3}(\.\d{1,10})?$/.test(share))
    .map((share) => Math.min(Number(share), 100));
  return shares.length === 0 ? undefined : Math.max(...shares);
}

function addressIn(element: XmlElement): string | undefined {
  const address = textIn(element, 'remoteParty') ?? textIn(element, 'remoteAddress');
  return bareAddress(address ?? '') || undefined;
}
