/** What runs on a call bridge, as tests see it. */
import type { BridgeState, Leg, LegState } from './bridge-state.ts';
import { callName } from './call-pages.ts';
import { seats } from './participant-routes.ts';

export interface CallView {
  id: string;
  name: string;
  coSpace: string | undefined;
  callCorrelator: string;
  activeWhenEmpty: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
  legs: number;
}

interface MediaView {
  /** Without media: in the lobby, or in need of an activator who is not there. */
  isDeactivated: boolean;
  /** Connected, not in the lobby, and in need of no activator. */
  isActivator: boolean;
}

export interface LegView extends MediaView {
  id: string;
  call: string;
  name: string;
  remoteParty: string;
  originalRemoteParty: string;
  direction: 'incoming' | 'outgoing';
  state: LegState;
  startedAt: number;
}

export interface ParticipantView extends MediaView {
  id: string;
  name: string;
  call: string;
  uri: string;
  /** Name of the call bridge that the participant is connected to. */
  bridge: string;
  /** In the lobby of a locked call. */
  isWaiting: boolean;
}

export function callsOf(bridge: BridgeState): CallView[] {
  return [...bridge.calls.values()].map((call) => ({
    id: call.id,
    name: callName(call),
    coSpace: call.meeting.space?.id,
    callCorrelator: call.meeting.correlator,
    activeWhenEmpty: call.fields.get('activeWhenEmpty') === 'true',
    startedAt: call.startedAt,
    legs: call.legs.size,
  }));
}

export function legsOf(bridge: BridgeState): LegView[] {
  return [...bridge.legs.values()].map((leg) => ({
    id: leg.id,
    call: leg.call.id,
    name: leg.name,
    remoteParty: leg.remoteParty,
    originalRemoteParty: leg.originalRemoteParty,
    direction: leg.direction,
    state: leg.state,
    startedAt: leg.startedAt,
    ...media(leg),
  }));
}

export function participantsOf(bridge: BridgeState): ParticipantView[] {
  return [...seats(bridge.calls.values())].map(({ leg, local }) => ({
    id: leg.id,
    name: leg.name,
    call: local.id,
    uri: leg.remoteParty,
    bridge: leg.call.bridge.name,
    isWaiting: leg.isWaiting,
    ...media(leg),
  }));
}

function media({ isDeactivated, isActivator }: Leg): MediaView {
  return { isDeactivated, isActivator };
}
