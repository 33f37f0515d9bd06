/** Starts and ends calls and their legs, keeps the calls of one meeting together across bridges. */
import { randomUUID } from 'node:crypto';
import type { BridgeState, Call, Leg, Meeting } from './bridge-state.ts';
import { refused } from './failure.ts';
import type { Fields } from './fields.ts';
import type { EventKind, Journal } from './journal.ts';
import type { Settings } from './options.ts';
import type { Space } from './spaces.ts';
import type { Row } from './table.ts';

export interface NewLeg {
  name: string;
  remoteParty: string;
  originalRemoteParty: string;
  direction: 'incoming' | 'outgoing';
  fields?: Fields;
  movedFrom?: string;
  movedFromBridge?: string;
  accessMethod?: Row | undefined;
  userJid?: string | undefined;
}

/** What happened to a call, or to one of its legs; that a leg was altered is in no journal. */
export interface Happening {
  kind: EventKind | 'legAltered';
  call: Call;
  leg?: Leg | undefined;
  reason?: string | undefined;
}

/** What profiles say of those who come and go. */
export interface Rules {
  participantLimit: (space: Space) => number;
  /** Whether a new leg goes to the lobby. */
  mustWait: (leg: Leg) => boolean;
  /** Called after legs have come, been connected or gone. */
  settle: (meeting: Meeting) => void;
}

export class Conferences {
  /** Told of everything at once, in order. */
  readonly watchers = new Set<(happening: Happening) => void>();
  readonly #settings: Settings;
  readonly #journal: Journal;
  readonly #rules: Rules;
  readonly #meetings = new Map<Space, Meeting>();

  constructor(settings: Settings, journal: Journal, rules: Rules) {
    this.#settings = settings;
    this.#journal = journal;
    this.#rules = rules;
  }

  /** The running call of the space on that bridge, or a new one with these fields. */
  callOf(bridge: BridgeState, space: Space, fields: Fields): Call {
    const running = bridge.callOfSpace.get(space);
    if (running !== undefined && this.#settings.repeatedCall === 'existing') return running;
    let meeting = running === undefined ? this.#meetings.get(space) : undefined;
    if (meeting === undefined) {
      meeting = newMeeting(space, '');
      if (running === undefined) this.#meetings.set(space, meeting);
    }
    const call = this.#start(bridge, meeting, fields);
    if (running === undefined) bridge.callOfSpace.set(space, call);
    return call;
  }

  adHocCall(bridge: BridgeState, name: string, fields: Fields): Call {
    return this.#start(bridge, newMeeting(undefined, name), fields);
  }

  /** Where those meet who dial the space now. */
  meetingOf(space: Space): Meeting | undefined {
    return this.#meetings.get(space);
  }

  endCall(call: Call, reason: string): void {
    const { bridge, meeting } = call;
    if (!bridge.calls.delete(call.id)) return;
    for (const leg of call.legs.values()) this.#drop(leg, reason);
    meeting.calls.delete(call);
    for (const peer of meeting.calls) peer.links.delete(call);
    if (meeting.space !== undefined) {
      if (bridge.callOfSpace.get(meeting.space) === call) bridge.callOfSpace.delete(meeting.space);
      const isCurrent = this.#meetings.get(meeting.space) === meeting;
      if (meeting.calls.size === 0 && isCurrent) this.#meetings.delete(meeting.space);
    }
    this.tell('callEnded', call, undefined, reason);
    this.#rules.settle(meeting);
  }

  /** Adds a connected leg, or one that is still to be dialled. */
  addLeg(call: Call, leg: NewLeg): Leg {
    const { space } = call.meeting;
    if (space !== undefined && countParticipants(call.meeting) >= this.#rules.participantLimit(space)) {
      throw refused('participantLimitReached');
    }
    const now = this.#journal.now();
    const added: Leg = {
      id: randomUUID(),
      call,
      name: leg.name,
      remoteParty: leg.remoteParty,
      originalRemoteParty: leg.originalRemoteParty,
      direction: leg.direction,
      sipCallId: randomUUID(),
      movedFrom: leg.movedFrom,
      movedFromBridge: leg.movedFromBridge,
      fields: leg.fields ?? new Map(),
      accessMethod: leg.accessMethod,
      userJid: leg.userJid,
      startedAt: now,
      connectedAt: undefined,
      state: 'initial',
      isWaiting: false,
      isAdmitted: false,
      isActivator: false,
      isDeactivated: false,
      timer: undefined,
      deactivation: undefined,
    };
    added.isWaiting = this.#rules.mustWait(added);
    call.legs.set(added.id, added);
    call.bridge.legs.set(added.id, added);
    call.maxLegs = Math.max(call.maxLegs, call.legs.size);
    call.bridge.callLegsMaxActive = Math.max(call.bridge.callLegsMaxActive, call.bridge.legs.size);
    this.#rules.settle(call.meeting);
    this.tell(leg.direction === 'outgoing' ? 'legDialled' : 'legJoined', call, added);
    return added;
  }

  connect(leg: Leg): void {
    leg.state = 'connected';
    leg.connectedAt = this.#journal.now();
    this.tell('legConnected', leg.call, leg);
    if (leg.isDeactivated) this.tell('legDeactivated', leg.call, leg);
    this.#rules.settle(leg.call.meeting);
  }

  /** Ends the leg, and its call when that is empty and was not made to stay. */
  endLeg(leg: Leg, reason: string): void {
    const { call } = leg;
    this.#drop(leg, reason);
    if (call.legs.size === 0 && call.fields.get('activeWhenEmpty') !== 'true') {
      this.endCall(call, 'callEnded');
    } else {
      this.#rules.settle(call.meeting);
    }
  }

  endSpace(space: Space): void {
    for (const call of [...(this.#meetings.get(space)?.calls ?? [])]) this.endCall(call, 'callEnded');
  }

  endBridge(bridge: BridgeState): void {
    for (const call of [...bridge.calls.values()]) this.endCall(call, 'bridgeKilled');
  }

  /** What runs there only goes on by itself: who meets in the same spaces elsewhere does not meet those people. */
  part(bridge: BridgeState): void {
    for (const { meeting } of bridge.calls.values()) {
      if (meeting.space === undefined || meeting.calls.size > 1) continue;
      if (this.#meetings.get(meeting.space) === meeting) this.#meetings.delete(meeting.space);
    }
  }

  /** Records something that happened to the call, or to one of its legs. */
  tell(kind: EventKind, call: Call, leg?: Leg, reason?: string): void {
    this.#journal.record({
      kind,
      bridge: call.bridge.name,
      call: call.id,
      ...(call.meeting.space && { coSpace: call.meeting.space.id }),
      ...(leg && { leg: leg.id, remoteParty: leg.remoteParty }),
      ...(reason !== undefined && { reason }),
    });
    for (const watch of this.watchers) watch({ kind, call, leg, reason });
  }

  /** After a change of what a leg says of itself. */
  altered(leg: Leg): void {
    for (const watch of this.watchers) watch({ kind: 'legAltered', call: leg.call, leg });
  }

  changed(): void {
    this.#journal.changed();
  }

  #start(bridge: BridgeState, meeting: Meeting, fields: Fields): Call {
    const call: Call = {
      id: randomUUID(),
      bridge,
      meeting,
      fields,
      startedAt: this.#journal.now(),
      legs: new Map(),
      links: new Map(),
      maxLegs: 0,
    };
    for (const peer of meeting.calls) {
      if (peer.bridge === bridge) continue;
      peer.links.set(call, randomUUID());
      call.links.set(peer, randomUUID());
    }
    meeting.calls.add(call);
    bridge.calls.set(call.id, call);
    this.tell('callStarted', call);
    return call;
  }

  #drop(leg: Leg, reason: string): void {
    clearTimeout(leg.timer);
    clearTimeout(leg.deactivation);
    if (!leg.call.legs.delete(leg.id)) return;
    leg.call.bridge.legs.delete(leg.id);
    leg.call.bridge.callLegsCompleted += 1;
    this.tell('legEnded', leg.call, leg, reason);
  }
}

export function countParticipants(meeting: Meeting): number {
  let count = 0;
  for (const call of meeting.calls) count += call.legs.size;
  return count;
}

function newMeeting(space: Space | undefined, name: string): Meeting {
  return { space, name, correlator: randomUUID(), calls: new Set(), hasActivator: false };
}
