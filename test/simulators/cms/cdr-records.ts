/** Writes the call detail records of one bridge, as its calls and legs come, change and go. */
import { randomUUID } from 'node:crypto';
import type { Call, Leg } from './bridge-state.ts';
import { legType } from './call-pages.ts';
import {
  callEnd,
  callStart,
  legEnd,
  legStart,
  legUpdate,
  type Stray,
  strayEnd,
  strayStart,
  strayUpdate,
} from './cdr-bodies.ts';
import type { CdrRecord } from './cdr-delivery.ts';
import { type CdrMedia, mediaOf } from './cdr-media.ts';
import type { Happening } from './conferences.ts';
import type { JoinRefusal } from './people.ts';
import type { World } from './world.ts';

export interface RecorderContext {
  emit: (type: CdrRecord['type'], body: string) => void;
  /** By the address of a leg, what differs from the usual. */
  media: (remoteParty: string) => Partial<CdrMedia>;
  /** See `CdrConduct`. */
  isChatty: () => boolean;
}

export type Caller = Pick<Stray, 'name' | 'remoteParty' | 'number'>;

interface Notes {
  readonly groupId: string;
  /** The last update. */
  said: string;
  activeSince: number | undefined;
  activeFor: number;
}

const reasonOfRefusal: Record<JoinRefusal, string | undefined> = {
  unknown: 'unknownDestination',
  locked: 'unknownDestination',
  incorrectPasscode: 'incorrectPasscode',
  passcodeAwaited: 'ivrTimeout',
  participantLimitReached: 'participantLimitReached',
  unreachable: undefined,
};

export class CdrRecorder {
  readonly #world: World;
  readonly #context: RecorderContext;
  readonly #notes = new Map<Leg, Notes>();
  readonly #completed = new Map<Call, number>();
  /** Begun by somebody who dials in, and not told of before that leg is. */
  readonly #untold = new Set<Call>();

  constructor(world: World, context: RecorderContext) {
    this.#world = world;
    this.#context = context;
  }

  see({ kind, call, leg, reason = 'error' }: Happening): void {
    if (leg !== undefined) {
      if (kind === 'legDialled' || kind === 'legJoined') this.#begin(leg);
      else if (kind === 'legEnded') this.#end(leg, reason);
      else this.#change(leg);
    } else if (kind === 'callStarted') {
      this.#completed.set(call, 0);
      if (call.fields.get('activeWhenEmpty') === 'false') this.#untold.add(call);
      else this.#tellOf(call);
    } else if (kind === 'callEnded') {
      if (this.#untold.delete(call)) this.#tellOf(call);
      this.#context.emit('callEnd', callEnd(this.#world, call, this.#completed.get(call) ?? 0));
      this.#completed.delete(call);
    }
  }

  turnAway(caller: Caller, refusal: JoinRefusal): void {
    const reason = reasonOfRefusal[refusal];
    if (reason === undefined) return;
    const stray = { ...caller, id: randomUUID(), groupId: randomUUID(), sipCallId: randomUUID() };
    this.#context.emit('callLegStart', strayStart(this.#world, stray));
    const isAsked = refusal === 'incorrectPasscode' || refusal === 'passcodeAwaited';
    if (isAsked) this.#context.emit('callLegUpdate', strayUpdate(stray));
    this.#context.emit('callLegEnd', strayEnd(stray, reason));
  }

  /** Who dials over SIP is heard of before the call that begins with them; an app knows its call from the start. */
  #begin(leg: Leg): void {
    const isApp = legType(leg) === 'acano';
    const groupId = isApp ? leg.id : randomUUID();
    this.#notes.set(leg, { groupId, said: '', activeSince: undefined, activeFor: 0 });
    const isFirst = this.#untold.delete(leg.call);
    if (isFirst && isApp) this.#tellOf(leg.call);
    this.#context.emit('callLegStart', legStart(this.#world, leg, groupId));
    if (isFirst && !isApp) this.#tellOf(leg.call);
  }

  #tellOf(call: Call): void {
    this.#context.emit('callStart', callStart(this.#world, call));
  }

  #change(leg: Leg): void {
    const notes = this.#notes.get(leg);
    if (notes === undefined) return;
    const isConnected = leg.state === 'connected';
    this.#count(notes, isConnected && !leg.isDeactivated);
    const body = legUpdate(this.#world, leg, notes.groupId, isConnected);
    if (body === notes.said) return;
    notes.said = body;
    this.#context.emit('callLegUpdate', body);
  }

  #end(leg: Leg, reason: string): void {
    const notes = this.#notes.get(leg);
    if (notes === undefined) return;
    const { emit, isChatty, media } = this.#context;
    this.#notes.delete(leg);
    this.#completed.set(leg.call, (this.#completed.get(leg.call) ?? 0) + 1);
    this.#count(notes, false);
    if (isChatty()) emit('callLegUpdate', legUpdate(this.#world, leg, notes.groupId, false));
    const more = { reason, active: notes.activeFor, media: mediaOf(media(leg.remoteParty)) };
    emit('callLegEnd', legEnd(this.#world, leg, more));
  }

  /** Keeps account of the time with media. */
  #count(notes: Notes, isActive: boolean): void {
    const now = this.#world.journal.now();
    if (isActive) {
      notes.activeSince ??= now;
    } else if (notes.activeSince !== undefined) {
      notes.activeFor += now - notes.activeSince;
      notes.activeSince = undefined;
    }
  }
}
