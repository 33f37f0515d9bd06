/** The documents that describe calls, call legs and participants as one bridge sees them. */
import type { BridgeState, Call, Leg } from './bridge-state.ts';
import { countParticipants } from './conferences.ts';
import { renderFields } from './fields.ts';
import { canMove } from './moving.ts';
import type { Settings } from './options.ts';
import { element, object } from './xml.ts';

/** A leg, or the leg that joins two bridges of one meeting. */
export type AnyLeg = { leg: Leg } | { link: string; call: Call; peer: Call };
/** A participant together with the call of the asked bridge that it is part of. */
export interface Seat {
  leg: Leg;
  local: Call;
}

const CALL_FIELDS = [
  'locked',
  'recording',
  'streaming',
  'allowAllMuteSelf',
  'allowAllPresentationContribution',
  'joinAudioMuteOverride',
  'messageText',
  'messagePosition',
  'messageDuration',
  'activeWhenEmpty',
];

export function callSummary(call: Call): string {
  return object('call', call.id, callBase(call));
}

export function callDetail(call: Call, now: number): string {
  const local = call.legs.size;
  return object(
    'call',
    call.id,
    callBase(call) +
      element('callType', call.meeting.space ? 'coSpace' : 'adHoc') +
      element('durationSeconds', seconds(call.startedAt, now)) +
      element('numCallLegs', local + call.links.size) +
      element('maxCallLegs', call.maxLegs) +
      element('numParticipantsLocal', local) +
      element('numParticipantsRemote', countParticipants(call.meeting) - local) +
      element('numDistributedInstances', call.links.size) +
      renderFields(call.fields, CALL_FIELDS),
  );
}

export function legId(any: AnyLeg): string {
  return 'leg' in any ? any.leg.id : any.link;
}

export function legSummary(any: AnyLeg): string {
  return object('callLeg', legId(any), 'leg' in any ? legBase(any.leg) : linkBase(any));
}

export function legDetail(settings: Settings, any: AnyLeg, now: number): string {
  if ('link' in any) {
    const base = `${linkBase(any)}${element('type', 'sip')}${element('subType', 'distributionLink')}`;
    const status = `${element('state', 'connected')}${element('durationSeconds', seconds(any.call.startedAt, now))}`;
    return object('callLeg', any.link, `${base}<configuration></configuration><status>${status}</status>`);
  }
  const { leg } = any;
  const configuration = renderFields(leg.fields, leg.fields.keys());
  return object(
    'callLeg',
    leg.id,
    legBase(leg) +
      element('localAddress', callName(leg.call)) +
      element('type', legType(leg)) +
      element('direction', leg.direction) +
      element('canMove', canMove(settings, leg)) +
      element('movedCallLeg', leg.movedFrom) +
      element('movedCallLegCallBridge', leg.movedFromBridge || undefined) +
      `<configuration>${configuration}</configuration><status>${legStatus(leg, now)}</status>`,
  );
}

export function participantSummary(bridge: BridgeState, seat: Seat): string {
  return object('participant', seat.leg.id, participantBase(bridge, seat));
}

export function participantDetail(settings: Settings, bridge: BridgeState, seat: Seat): string {
  const { leg } = seat;
  const isLocal = leg.call.bridge === bridge;
  const configuration = renderFields(leg.fields, ['importance', 'nameLabelOverride', 'defaultLayout']);
  return object(
    'participant',
    leg.id,
    participantBase(bridge, seat) +
      element('originalUri', leg.originalRemoteParty) +
      element('numCallLegs', isLocal ? 1 : undefined) +
      element('userJid', leg.userJid) +
      element('isActivator', leg.isActivator) +
      element('canMove', canMove(settings, leg)) +
      element('movedParticipant', leg.movedFrom) +
      element('movedParticipantCallBridge', leg.movedFromBridge || undefined) +
      `<status>${element('state', leg.state)}</status><configuration>${configuration}</configuration>`,
  );
}

/** Who is signed in as a user of the bridge is there by its own app. */
export function legType(leg: Leg): 'sip' | 'acano' {
  return leg.userJid === undefined ? 'sip' : 'acano';
}

export function callName(call: Call): string {
  return call.meeting.space ? (call.meeting.space.fields.get('name') ?? '') : call.meeting.name;
}

function callBase(call: Call): string {
  return (
    element('name', callName(call)) +
    element('coSpace', call.meeting.space?.id) +
    element('callCorrelator', call.meeting.correlator)
  );
}

function legBase(leg: Leg): string {
  return (
    element('name', leg.name) +
    element('remoteParty', leg.remoteParty) +
    element('originalRemoteParty', leg.originalRemoteParty) +
    element('call', leg.call.id)
  );
}

function linkBase(link: { call: Call; peer: Call }): string {
  const label = `distributed call to "${link.peer.bridge.name}"`;
  return element('name', label) + element('remoteParty', label) + element('call', link.call.id);
}

function legStatus(leg: Leg, now: number): string {
  const base = element('state', leg.state);
  if (leg.connectedAt === undefined) return base + element('direction', leg.direction);
  return (
    base +
    element('durationSeconds', seconds(leg.connectedAt, now)) +
    element('direction', leg.direction) +
    element('sipCallId', leg.sipCallId) +
    element('deactivated', leg.isDeactivated) +
    element('encryptedMedia', true) +
    element('unencryptedMedia', false) +
    element('layout', 'allEqual') +
    '<rxAudio><codec>aac</codec><jitter>4</jitter><packetLossPercentage>0.0</packetLossPercentage></rxAudio>' +
    '<txAudio><codec>aac</codec><jitter>2</jitter><roundTripTime>31</roundTripTime>' +
    '<packetLossPercentage>1.5</packetLossPercentage></txAudio>' +
    '<rxVideo role="main"><codec>h264</codec><width>1280</width><height>720</height>' +
    '<frameRate>29.9</frameRate></rxVideo>' +
    '<txVideo role="main"><codec>h264</codec><width>1280</width><height>720</height></txVideo>'
  );
}

function participantBase(bridge: BridgeState, { leg, local }: Seat): string {
  const owner = leg.call.bridge;
  return (
    element('name', leg.name) +
    element('call', local.id) +
    element('callBridge', owner === bridge ? undefined : owner.callBridge) +
    element('uri', leg.remoteParty)
  );
}

export function seconds(from: number, now: number): number {
  return Math.max(0, Math.floor((now - from) / 1_000));
}
