/**
 * One event or series whose organizer is being told: what is known of it, what was told, and what is written down of it.
 * The ledger and the timelines are written together, after a step that can be repeated and before one that cannot.
 */
import type { Logger } from 'pino';
import type { Meeting, OrganizerCopy } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { ClusterConfig, ConferenceConfig, InvitationConfig, RoomConfig } from '../src/config.ts';
import type { GraphClient } from '../src/graph/client.ts';
import type { GraphFault } from '../src/graph/fault.ts';
import type { Metrics } from '../src/http/metrics.ts';
import type { Ledger } from '../src/invitation/ledger.ts';
import type { InvitationTarget } from '../src/invitation/targets.ts';
import type { Templates } from '../src/invitation/templates/templates.ts';
import type { OrganizersTimes } from '../src/meeting/booking.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { OperationStore } from '../src/redis/operations.ts';
import type { UntakenDate } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { ToldStore } from '../src/redis/told.ts';

export interface InvitationDeps {
  readonly graph: GraphClient;
  readonly meetings: MeetingStore;
  readonly told: ToldStore;
  readonly operations: OperationStore;
  readonly slots: SlotStore;
  readonly clusters: readonly ClusterConfig[];
  readonly rooms: readonly RoomConfig[];
  readonly invitation: InvitationConfig;
  /** How long before and after a meeting its slot is held. */
  readonly conference: Pick<ConferenceConfig, 'setup' | 'teardown'>;
  /** An administrator's own texts. */
  readonly templates?: Templates;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Epoch ms. */
  now(): number;
  ringConferences(keys: readonly string[]): Promise<void>;
  /** Which of the times that rooms say of a meeting hold. */
  takeOrganizersWord(key: string, times: OrganizersTimes): Promise<void>;
  /** A write of ours is about to change this entry of a room, `count` notifications of it are ours. */
  expectEcho(mailbox: string, eventId: string, until: number, count: number): Promise<void>;
  /** Dates of a series that stand by themselves in rooms' calendars and are not taken. */
  untakenDates(uid: string): Promise<readonly UntakenBy[]>;
  /** When a room's mailbox could last be read again after it could not; undefined of any other. */
  backAt(mailbox: string): Promise<number | undefined>;
  /** Since when Redis remembers (epoch ms): what was told before that may have been told without its knowing. */
  memorySince?(): Promise<number | undefined>;
}

export type UntakenBy = UntakenDate & { readonly mailbox: string };

export interface Organizer {
  readonly name: string;
  readonly address: string;
}

export class Telling {
  readonly deps: InvitationDeps;
  readonly uid: string;
  readonly meetings: readonly Meeting[];
  targets: readonly InvitationTarget[];
  readonly organizer: Organizer;
  readonly untaken: readonly UntakenBy[];
  readonly now: number;
  /** By the meeting's key: what was just read of the organizer's own. */
  readonly copies = new Map<string, OrganizerCopy>();
  ledger: Ledger;
  #saved: string;
  #notes = new Map<string, TimelineEntry[]>();

  constructor(
    deps: InvitationDeps,
    about: {
      readonly uid: string;
      readonly meetings: readonly Meeting[];
      readonly targets: readonly InvitationTarget[];
      readonly organizer: Organizer;
      readonly ledger: Ledger;
      readonly untaken: readonly UntakenBy[];
    },
  ) {
    this.deps = deps;
    this.uid = about.uid;
    this.meetings = about.meetings;
    this.targets = about.targets;
    this.organizer = about.organizer;
    this.untaken = about.untaken;
    this.now = deps.now();
    this.ledger = about.ledger;
    this.#saved = JSON.stringify(about.ledger);
  }

  /** `undefined` takes an entry out. */
  put(change: { readonly [Entry in keyof Ledger]?: Ledger[Entry] | undefined }): void {
    const entries = Object.entries({ ...this.ledger, ...change }).filter(([, value]) => value !== undefined);
    this.ledger = Object.fromEntries(entries);
  }

  /** For the timelines of these meetings. */
  note(meetings: readonly Meeting[], entry: Omit<TimelineEntry, 'at'> & Pick<TimelineEntry, 'what'>): void {
    for (const { key } of meetings) {
      this.#notes.set(key, [...(this.#notes.get(key) ?? []), { ...entry, at: this.deps.now() }]);
    }
  }

  /** Writes what has changed since it was last written. */
  async save(): Promise<void> {
    const json = JSON.stringify(this.ledger);
    if (json === this.#saved && this.#notes.size === 0) return;
    const last = Math.max(this.ledger.rest?.next ?? 0, ...this.meetings.map(({ last: { end } }) => end));
    const notes = this.#notes;
    this.#notes = new Map();
    await this.deps.told.save(this.uid, this.ledger, last - this.now, notes);
    this.#saved = json;
  }
}

/** Of a fault without whom it concerns: Graph's words name the organizer, who is not shown of a private meeting. */
export function reasonOf({ kind, status, code }: GraphFault): string {
  return [kind, status, code].filter((word) => word !== undefined).join(' ');
}

/** Whether repeating cannot help as long as nothing is changed about it. A token that is not taken says nothing of that. */
export function isFinal({ kind, status }: GraphFault): boolean {
  return (kind === 'refused' && status !== 401) || kind === 'absent';
}
