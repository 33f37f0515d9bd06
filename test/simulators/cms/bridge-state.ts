/** What belongs to one call bridge alone: its running calls and legs, and what it counts since it was started. */
import { randomUUID } from 'node:crypto';
import type { Fields } from './fields.ts';
import { cdrReceiverKind } from './schemas.ts';
import type { Space } from './spaces.ts';
import { type Row, Table } from './table.ts';

/** People who meet: the calls for one space on all bridges share it. */
export interface Meeting {
  readonly space: Space | undefined;
  readonly name: string;
  /** The same on each bridge that takes part. */
  readonly correlator: string;
  readonly calls: Set<Call>;
  /** Somebody is in who needs no activator, so that those who do have media. */
  hasActivator: boolean;
}

export interface Call {
  readonly id: string;
  readonly bridge: BridgeState;
  readonly meeting: Meeting;
  readonly fields: Fields;
  readonly startedAt: number;
  /** By id; the participant of a leg has the same id. */
  readonly legs: Map<string, Leg>;
  /** The legs that join this call to its peers, by the peer's call. */
  readonly links: Map<Call, string>;
  maxLegs: number;
}

export type LegState = 'initial' | 'ringing' | 'connected';

export interface Leg {
  readonly id: string;
  readonly call: Call;
  readonly name: string;
  readonly remoteParty: string;
  readonly originalRemoteParty: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly sipCallId: string;
  /** The participant that this one was before it was moved here. */
  readonly movedFrom: string | undefined;
  /** The call bridge where that was. */
  readonly movedFromBridge: string | undefined;
  /** Its own parameters, which go before those of any profile. */
  readonly fields: Fields;
  /** By which it came in, where that was not by what the space itself has. */
  readonly accessMethod: Row | undefined;
  /** Of somebody signed in as a user of the bridge. */
  readonly userJid: string | undefined;
  readonly startedAt: number;
  connectedAt: number | undefined;
  state: LegState;
  /** In the lobby of a locked call. */
  isWaiting: boolean;
  /** Given media by an activator, or by hand, and not deprived of it since. */
  isAdmitted: boolean;
  /** Connected, not in the lobby, and in need of no activator: it gives media to those who are. */
  isActivator: boolean;
  /** Without media: in the lobby, or in need of an activator who is not there. */
  isDeactivated: boolean;
  /** Of dialling, and of going once moved. */
  timer: NodeJS.Timeout | undefined;
  /** Runs after the last activator has left, where the profile gives the leg some time. */
  deactivation: NodeJS.Timeout | undefined;
}

export class BridgeState {
  readonly name: string;
  readonly hostId = randomUUID();
  /** The id of its entry in /callBridges. */
  readonly callBridge: string;
  readonly cluster: Fields;
  readonly calls = new Map<string, Call>();
  readonly callOfSpace = new Map<Space, Call>();
  readonly legs = new Map<string, Leg>();
  /** When a peer was first seen to be down, by the peer's name. */
  readonly alarms = new Map<string, { id: string; since: number }>();
  /** What it complains of beside its peers; `since` in milliseconds since 1970. */
  readonly ownAlarms: { id: string; type: string; since: number; details: Record<string, string> }[] = [];
  /** Bytes that its replica of the database is behind. */
  databaseBehind = 0;
  /** Milliseconds by which its clock is ahead. */
  clockAhead = 0;
  /** Not in the database: each bridge has its own. */
  readonly cdrReceivers: Table;
  alive = true;
  /** Cut off from its peers and from us, while people talk on it. */
  isolated = false;
  startedAt: number;
  callLegsMaxActive = 0;
  callLegsCompleted = 0;

  constructor(name: string, callBridge: string, now: number, mostReceivers: number) {
    this.name = name;
    this.callBridge = callBridge;
    this.startedAt = now;
    this.cdrReceivers = new Table(cdrReceiverKind(mostReceivers), () => {});
    this.cluster = new Map([['uniqueName', name]]);
  }

  reset(now: number): void {
    this.startedAt = now;
    this.callLegsMaxActive = 0;
    this.callLegsCompleted = 0;
    this.alarms.clear();
  }
}
