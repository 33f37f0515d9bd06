/** What the websocket for events says of a call and of those in it, element by element. */
import { fieldOf } from './activation.ts';
import type { Call, Leg } from './bridge-state.ts';
import { callName, type Seat } from './call-pages.ts';
import { countParticipants } from './conferences.ts';
import { isLocked } from './lobby.ts';
import { canMove } from './moving.ts';
import type { World } from './world.ts';

/** Undefined where there is nothing to say. */
export type Elements = Record<string, string | number | boolean | undefined>;

export function callElements(call: Call): Elements {
  const activity = (name: string): string => (call.fields.get(name) === 'true' ? 'active' : 'inactive');
  const override = call.fields.get('joinAudioMuteOverride');
  return {
    name: callName(call),
    participants: countParticipants(call.meeting),
    distributedInstances: call.links.size,
    recording: activity('recording'),
    endpointRecording: 'inactive',
    streaming: activity('streaming'),
    lockState: isLocked(call.meeting) ? 'locked' : 'unlocked',
    callType: call.meeting.space ? 'coSpace' : 'adHoc',
    callCorrelator: call.meeting.correlator,
    joinAudioMuteOverride: override === undefined ? undefined : override === 'true',
  };
}

/** Whether somebody has media is not among what can be subscribed to. */
export function rosterElements(world: World, { leg }: Seat): Elements {
  const importance = leg.fields.get('importance');
  const isMuted = (name: string): boolean => fieldOf(world, leg, name) === 'true';
  return {
    name: leg.name,
    uri: leg.remoteParty,
    state: leg.state,
    direction: leg.direction,
    audioMuted: isMuted('rxAudioMute'),
    videoMuted: isMuted('rxVideoMute'),
    importance: importance === undefined ? undefined : Number(importance),
    layout: layoutOf(world, leg),
    activeSpeaker: false,
    presenter: false,
    endpointRecording: 'inactive',
    canMove: canMove(world.settings, leg),
    movedParticipant: leg.movedFrom,
    movedParticipantCallBridge: leg.movedFromBridge || undefined,
  };
}

/** What was chosen for the leg goes before what its profiles and its space begin with. */
function layoutOf(world: World, leg: Leg): string {
  const chosen = leg.fields.get('layout') ?? leg.fields.get('chosenLayout');
  const begun = fieldOf(world, leg, 'defaultLayout') ?? leg.call.meeting.space?.fields.get('defaultLayout');
  return chosen ?? begun ?? 'allEqual';
}

/** Those of the wanted elements that say something else than before. */
export function changes(before: Elements, now: Elements, wanted: readonly string[]): Elements {
  const changed = wanted.filter((name) => now[name] !== undefined && now[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, now[name]]));
}
