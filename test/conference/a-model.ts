/**
 * One conference, driven as the workers drive it, against a bridge that is nothing but a few variables: to see what
 * the plan leads to over any course of events.
 */
import { isOver, type Meeting, openRun, titleOf } from '../../src/conference/meeting.ts';
import { atEnd, effectiveEnd, nextStep, type PlanSettings } from '../../src/conference/plan.ts';
import { roomsToDial } from '../../src/conference/rooms.ts';
import type { CloseReason, Run } from '../../src/conference/run.ts';
import { emptinessAfter, isUnused } from '../../src/conference/unused.ts';
import type { Booked } from '../../src/meeting/booking.ts';
import { booked, meeting, placement } from './a-meeting.ts';

/** What happens around a conference. */
export type Happening =
  | {
      readonly what: 'booked';
      readonly start: number;
      readonly end: number;
      readonly rooms: readonly string[];
    }
  | { readonly what: 'cancelled' }
  | { readonly what: 'booked-again' }
  | { readonly what: 'retitled'; readonly title: string }
  | { readonly what: 'people'; readonly count: number }
  | { readonly what: 'next-one'; readonly free: boolean }
  | { readonly what: 'bridges'; readonly up: boolean }
  | { readonly what: 'dials'; readonly answered: boolean };

export interface Extension {
  readonly by: number;
  readonly times: number;
}

export class ModelConference {
  meeting: Meeting = meeting({ booked: undefined, placement: undefined });
  now: number;
  /** When the plan wants to be asked again; undefined for never. */
  wake: number | undefined;
  /** Called whenever there is nothing left to do at a moment. */
  onRest = () => {};
  /** Each dial, by the opening of the conference in which it was made. */
  readonly dials: { readonly opening: number; readonly room: string }[] = [];
  /** Each end that was considered, and when. */
  readonly warnings: {
    readonly opening: number;
    readonly end: number;
    readonly at: number;
    readonly before: readonly number[];
  }[] = [];
  /** The end in Outlook up to which it was held. */
  #heldTo: number | undefined;
  #openings = 0;
  #people = 0;
  #free = true;
  #bridgesUp = true;
  #dialsAnswered = true;
  readonly #settings: PlanSettings;
  readonly #extension: Extension;

  constructor(now: number, settings: PlanSettings, extension: Extension) {
    this.now = now;
    this.#settings = settings;
    this.#extension = extension;
  }

  get run(): Run | undefined {
    return openRun(this.meeting.run);
  }

  happen(happening: Happening): void {
    switch (happening.what) {
      case 'booked':
        this.#book({ ...booked, ...happening });
        break;
      case 'cancelled':
        this.meeting = { ...this.meeting, booked: undefined };
        break;
      case 'booked-again':
        this.#book(this.meeting.last);
        break;
      case 'retitled':
        if (this.meeting.booked) this.#book({ ...this.meeting.booked, title: happening.title });
        break;
      case 'people':
        this.#people = happening.count;
        break;
      case 'next-one':
        this.#free = happening.free;
        break;
      case 'bridges':
        this.#bridgesUp = happening.up;
        break;
      case 'dials':
        this.#dialsAnswered = happening.answered;
        break;
      default:
        happening satisfies never;
    }
    this.work();
  }

  /** Lets time pass, with the plan asked whenever it wants to be. */
  pass(until: number): void {
    while (this.wake !== undefined && this.wake <= until) {
      this.now = Math.max(this.now, this.wake);
      this.work();
    }
    this.now = until;
  }

  /** Takes steps until the plan has nothing to do at this moment. */
  work(): void {
    for (let steps = 0; ; steps += 1) {
      if (steps > 50)
        throw new Error(`no progress: ${JSON.stringify(nextStep(this.meeting, this.now, this.#settings))}`);
      const again = this.#step();
      if (again === 'at-once') continue;
      if (again !== undefined && again <= this.now)
        throw new Error(`asked again at ${again}, which has passed`);
      this.wake = again;
      this.onRest();
      return;
    }
  }

  #step(): 'at-once' | number | undefined {
    const { now } = this;
    const step = nextStep(this.meeting, now, this.#settings);
    if (step.do === 'nothing') return undefined;
    if (step.do === 'wait') return Math.min(step.until, step.look ?? step.until);
    if (step.do === 'preflight' || step.do === 'leave') throw new Error('this one has no other places');
    if (step.do === 'release') {
      this.meeting = { ...this.meeting, placement: undefined };
      this.#place();
      return 'at-once';
    }
    const { run } = this.meeting;
    if (step.do === 'note-end') return this.#save({ ...this.#opened(), end: this.meeting.last.end });
    if (step.do === 'give-up-clearing') return this.#save({ ...this.#closed(), uncleared: [] });
    if (step.do === 'warn') return this.#warn(step.before);
    if (step.do === 'show-in-rooms') return this.#show(step.ends);
    if (step.do === 'give-back-rooms') {
      const givenBack = Object.fromEntries(step.rooms.map((room) => [room, 'yes'] as const));
      return this.#save({ ...this.#closed(), givenBack: { ...this.#closed().givenBack, ...givenBack } });
    }
    // A call bridge that was never asked for a call has none to lock; otherwise the step waits for one to answer.
    if (!this.#bridgesUp && !(step.do === 'close' && run === undefined)) {
      if (step.do === 'open' && run?.closedAt !== undefined) this.#save({ ...this.#fresh(), rooms: {} });
      return now + 3_000;
    }
    switch (step.do) {
      case 'open':
        this.#openings += 1;
        return this.#save({ ...this.#fresh(), callBridge: 'cms1', call: 'call', openedAt: now });
      case 'rename':
        return this.#save({ ...this.#opened(), name: titleOf(this.meeting) });
      case 'dial':
        return this.#dial(step.rooms);
      case 'hang-up': {
        const rooms = Object.entries(this.#opened().rooms).filter(([room]) => !step.rooms.includes(room));
        return this.#save({ ...this.#opened(), rooms: Object.fromEntries(rooms) });
      }
      case 'look':
        return this.#look();
      case 'unlock': {
        const { isLocked: _, ...run } = this.#opened();
        return this.#save(run);
      }
      case 'look-for-anybody': {
        const held = this.meeting.booked ?? booked;
        const emptiness = emptinessAfter(held, this.#opened(), this.#people > 0, now);
        if (isUnused(emptiness, this.#settings.release, now)) return this.#close('unused');
        return this.#save({ ...this.#opened(), emptiness });
      }
      case 'watch':
        return this.#people === 0 ? this.#close('ended') : step.until;
      case 'close':
        return this.#close(step.reason);
      case 'clear':
        return this.#save({ ...this.#closed(), uncleared: [] });
      case 'look-at-legs':
        return this.#answer(step.rooms);
      case 'recover':
      case 'note-lost':
      case 'move':
      case 'check':
      case 'reopen':
      case 'clear-stale':
        throw new Error(`${step.do}, though nothing has befallen its call bridge; see a-cluster.ts`);
      default:
        return step satisfies never;
    }
  }

  #look(): 'at-once' {
    const facts = {
      isHeld: this.#people > 0,
      free: this.#free && this.meeting.placement?.cappedEnd === undefined,
    };
    const end = this.meeting.booked?.end ?? 0;
    const wish = atEnd(end, this.#opened(), facts, this.#extension);
    if (wish.do === 'close') return this.#close(wish.reason);
    return this.#save({ ...this.#opened(), extension: { of: end, until: wish.until, times: wish.times } });
  }

  /** Each leg that was dialled is answered by the first look at it. */
  #answer(names: readonly string[]): 'at-once' {
    const run = this.#opened();
    const rooms = Object.entries(run.rooms).map(([name, room]) => [
      name,
      names.includes(name) ? { ...room, connectedAt: this.now } : room,
    ]);
    return this.#save({ ...run, rooms: Object.fromEntries(rooms) });
  }

  #warn(before: readonly number[]): 'at-once' {
    const end = effectiveEnd(this.meeting.booked?.end ?? 0, this.run, this.meeting.placement?.cappedEnd);
    this.warnings.push({ opening: this.#openings, end, at: this.now, before });
    const { warned } = this.#opened();
    const done = warned?.end === end ? warned.before : [];
    return this.#save({ ...this.#opened(), warned: { end, before: [...done, ...before] } });
  }

  #show(ends: ReadonlyMap<string, number>): 'at-once' {
    const run = this.meeting.run ?? this.#opened();
    const said = [...ends].map(([room, until]) => {
      const of = run.extension?.of ?? 0;
      return [room, until > of ? { of, until } : { of: until, until }] as const;
    });
    return this.#save({ ...run, inCalendar: { ...run.inCalendar, ...Object.fromEntries(said) } });
  }

  #dial(rooms: readonly string[]): 'at-once' {
    const run = this.#opened();
    const dialled = rooms.map((room) => {
      const tries = (run.rooms[room]?.tries ?? 0) + 1;
      if (this.#dialsAnswered) this.dials.push({ opening: this.#openings, room });
      const came = this.#dialsAnswered
        ? { state: 'dialled' as const, dialledAt: this.now }
        : { state: 'failed' as const, failedAt: this.now };
      return [room, { sip: room, tries, ...came }] as const;
    });
    return this.#save({ ...run, rooms: { ...run.rooms, ...Object.fromEntries(dialled) } });
  }

  #close(reason: CloseReason): 'at-once' {
    const run = this.meeting.run ?? this.#fresh();
    const end = this.meeting.booked?.end ?? run.end;
    if (reason !== 'moved' && reason !== 'cancelled') this.#heldTo = end;
    return this.#save({
      ...run,
      end,
      closedAt: this.now,
      closeReason: reason,
      uncleared: [{ callBridge: 'cms2', call: '' }],
    });
  }

  #save(run: Run): 'at-once' {
    this.meeting = { ...this.meeting, run };
    return 'at-once';
  }

  #opened(): Run {
    const { run } = this;
    if (run === undefined) throw new Error('a step for an open conference, which it is not');
    return run;
  }

  #closed(): Run {
    const { run } = this.meeting;
    if (run?.closedAt === undefined) throw new Error('a step for a closed conference, which it is not');
    return run;
  }

  /** What is written down when it is begun: a run that was closed belongs to the past. */
  #fresh(): Run {
    const { booked, run } = this.meeting;
    const slot = this.meeting.placement;
    if (booked === undefined || slot === undefined) throw new Error('opened without a booking or a slot');
    const begun = run?.closedAt === undefined ? run : undefined;
    const { cluster, number, passcode, secret } = slot;
    return {
      rooms: {},
      ...begun,
      cluster,
      number,
      passcode,
      secret,
      space: 's',
      name: titleOf(this.meeting),
      end: booked.end,
    };
  }

  #book(wanted: Booked): void {
    this.meeting = { ...this.meeting, booked: wanted, last: wanted };
    this.#place();
  }

  /** As placing does it: who runs keeps the slot, to its cap at least; who has none gets one; who moves gets another. */
  #place(): void {
    const { booked, run } = this.meeting;
    if (booked === undefined || isOver(this.meeting)) return;
    const runs = this.run !== undefined && this.now >= booked.start - this.#settings.setup;
    if (booked.end <= this.now && !runs) return;
    const before = this.meeting.placement ?? placement;
    const { cappedEnd: _, ...slot } = before;
    if (!runs)
      this.meeting = {
        ...this.meeting,
        placement: { ...slot, number: this.#free ? slot.number : `${slot.number}+` },
      };
    else {
      const held = effectiveEnd(run?.end ?? 0, run, before.cappedEnd);
      const capped = !this.#free && booked.end > held;
      this.meeting = { ...this.meeting, placement: capped ? { ...slot, cappedEnd: held } : slot };
    }
  }

  /** Whether a conference that everything is well with ought to be open now. */
  get ought(): boolean {
    const { booked } = this.meeting;
    if (booked === undefined || this.#heldTo === booked.end) return false;
    return booked.start - this.#settings.setup <= this.now && this.now < booked.end;
  }

  /** Whether it is open though it must not be. */
  get mustNot(): boolean {
    const { booked, placement: slot } = this.meeting;
    const { run } = this;
    if (run === undefined) return false;
    if (booked === undefined || slot?.number !== run.number) return true;
    return (
      this.now < booked.start - this.#settings.setup ||
      this.now >= effectiveEnd(booked.end, run, slot.cappedEnd)
    );
  }

  /** Whether every room with an address that is booked is in. */
  get allDialled(): boolean {
    const { run } = this;
    const { booked } = this.meeting;
    if (run === undefined || booked === undefined || this.now < booked.start) return true;
    return roomsToDial(booked.rooms, run, this.#settings, this.now).length === 0;
  }
}
