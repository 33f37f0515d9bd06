/** What call detail records say of calls and legs, in the elements that the release of the bridge knows. */
import type { Call, Leg } from './bridge-state.ts';
import { callName, legType, seconds } from './call-pages.ts';
import { canMove } from './moving.ts';
import type { World } from './world.ts';
import { element, object } from './xml.ts';

/** Somebody who dials in and does not get anywhere. */
export interface Stray {
  id: string;
  name: string;
  remoteParty: string;
  /** What was dialled. */
  number: string;
  groupId: string;
  sipCallId: string;
}

export function callStart({ settings }: World, call: Call): string {
  const { space, correlator } = call.meeting;
  return object(
    'call',
    call.id,
    element('name', callName(call)) +
      element('ownerName', settings.release >= 202 ? space?.fields.get('meetingScheduler') : undefined) +
      element('callType', space ? 'coSpace' : 'adHoc') +
      element('coSpace', space?.id) +
      element('cdrTag', space?.fields.get('cdrTag')) +
      element('callCorrelator', correlator),
  );
}

export function callEnd({ journal, settings }: World, call: Call, completedLegs: number): string {
  return object(
    'call',
    call.id,
    element('callLegsCompleted', completedLegs) +
      element('callLegsMaxActive', call.maxLegs) +
      element('durationSeconds', seconds(call.startedAt, journal.now())) +
      element('endpointRecorded', settings.release >= 204 ? false : undefined),
  );
}

/** An app knows its call from the start, as does the bridge of one that it dials; who dials in over SIP is in none yet. */
export function legStart(world: World, leg: Leg, groupId: string): string {
  const { space } = leg.call.meeting;
  const { release } = world.settings;
  const isApp = legType(leg) === 'acano';
  const number = (leg.accessMethod ?? space)?.fields.get('uri') ?? space?.fields.get('callId');
  const isCallKnown = isApp || leg.direction === 'outgoing' || leg.movedFrom !== undefined;
  return object(
    'callLeg',
    leg.id,
    element('remoteParty', leg.remoteParty) +
      element('localAddress', isApp || number === undefined ? undefined : addressOf(world, number)) +
      element('displayName', leg.name) +
      element('type', legType(leg)) +
      element('subType', isApp && release >= 300 ? 'webApp' : undefined) +
      element('direction', leg.direction) +
      element('call', isCallKnown ? leg.call.id : undefined) +
      identity(leg, groupId) +
      element('canMove', release >= 206 ? false : undefined) +
      element('movedCallLeg', leg.movedFrom) +
      element('movedCallLegCallBridge', leg.movedFromBridge || undefined) +
      element('remoteAddress', isApp ? undefined : leg.remoteParty),
  );
}

export function legUpdate({ settings }: World, leg: Leg, groupId: string, isConnected: boolean): string {
  return object(
    'callLeg',
    leg.id,
    element('state', isConnected ? 'connected' : undefined) +
      element('call', leg.call.id) +
      element('deactivated', leg.isDeactivated) +
      identity(leg, groupId) +
      element('displayName', leg.name) +
      element('remoteAddress', legType(leg) === 'acano' ? undefined : leg.remoteParty) +
      element('canMove', canMove(settings, leg)),
  );
}

/** `active`: milliseconds with media. Of a leg that was never connected there is nothing to say about that. */
export function legEnd(
  { journal }: World,
  leg: Leg,
  { reason, active, media }: { reason: string; active: number; media: string },
): string {
  const { connectedAt } = leg;
  const isHeard = connectedAt !== undefined;
  return object(
    'callLeg',
    leg.id,
    element('reason', reason) +
      element('remoteTeardown', reason.startsWith('remote')) +
      element('durationSeconds', isHeard ? seconds(connectedAt, journal.now()) : 0) +
      element('activatedDuration', isHeard ? seconds(0, active) : undefined) +
      (isHeard ? media : '') +
      identity(leg, undefined),
  );
}

export function strayStart(world: World, stray: Stray): string {
  return object(
    'callLeg',
    stray.id,
    element('remoteParty', stray.remoteParty) +
      element('localAddress', addressOf(world, stray.number)) +
      element('displayName', stray.name) +
      element('type', 'sip') +
      element('direction', 'incoming') +
      element('groupId', stray.groupId) +
      element('sipCallId', stray.sipCallId) +
      element('remoteAddress', stray.remoteParty),
  );
}

/** While asked for a passcode. */
export function strayUpdate({ id, groupId, sipCallId }: Stray): string {
  return object(
    'callLeg',
    id,
    `${element('state', 'connected')}<ivr />` +
      element('deactivated', false) +
      element('groupId', groupId) +
      element('sipCallId', sipCallId),
  );
}

export function strayEnd({ id, sipCallId }: Stray, reason: string): string {
  return object(
    'callLeg',
    id,
    element('reason', reason) +
      element('remoteTeardown', false) +
      element('durationSeconds', 0) +
      element('sipCallId', sipCallId),
  );
}

function identity(leg: Leg, groupId: string | undefined): string {
  return (
    element('ownerId', leg.fields.get('ownerId')) +
    element('groupId', groupId) +
    element('sipCallId', legType(leg) === 'sip' ? leg.sipCallId : undefined)
  );
}

function addressOf({ settings }: World, number: string): string {
  const [domain] = settings.inboundDomains;
  const dialled = number.replace(/^sips?:/i, '');
  return dialled.includes('@') || domain === undefined ? dialled : `${dialled}@${domain}`;
}
