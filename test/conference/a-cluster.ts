/**
 * Call bridges that are nothing but a few variables, a record, and workers that do what the plan says in single effects:
 * between any two of them a worker may die, or be taken for dead and wake again. What happens to whom is the test's to say.
 * A look that is given up after some tries (`dialling.ts`) is not among it: here nobody dials without having looked.
 */
import { assess, type Found, type LegFound, toBeDialled } from '../../src/conference/assessment.ts';
import { type Meeting, openRun, titleOf } from '../../src/conference/meeting.ts';
import { nextStep, type PlanSettings, type Step } from '../../src/conference/plan.ts';
import { roomsToDial } from '../../src/conference/rooms.ts';
import { callBridgesOf, type DialledRoom, isIn, type Run, type Uncleared } from '../../src/conference/run.ts';
import { isLeftover, nameOn, passcodeOn, type Seen } from '../../src/conference/seen.ts';
import type { World } from '../../src/conference/world.ts';

export interface ModelLeg {
  readonly sip: string;
  connected: boolean;
}

interface ModelCall {
  /** Made by us, it is there though nobody is in it; begun by somebody who dialled in, it ends with the last of them. */
  readonly stays: boolean;
  readonly legs: Map<string, ModelLeg>;
}

export class ModelBridge {
  readonly address: string;
  alive = true;
  /** From where we are. */
  reachable = true;
  startedAt = 0;
  /** Since when nobody of us has had an answer. */
  silentSince: number | undefined;
  readonly calls = new Map<string, ModelCall>();

  constructor(address: string) {
    this.address = address;
  }

  get answers(): boolean {
    return this.alive && this.reachable;
  }
}

class Fault extends Error {}

/** Milliseconds of silence after which all agree that a call bridge is lost. */
const lostAfter = 5_000;
/** What somebody does at some moment between two effects. */
export type Fate = 'goes on' | 'dies' | 'sleeps';

export class ModelCluster {
  now: number;
  meeting: Meeting;
  readonly bridges: readonly ModelBridge[];
  readonly space = { exists: true, open: false, name: '', passcode: '' };
  readonly leaving = new Set<string>();
  readonly settings: PlanSettings;
  /** Rooms that are busy. */
  readonly busy = new Set<string>();
  /** Asked before each effect of a worker. */
  fate: () => Fate = () => 'goes on';
  readonly breaches: string[] = [];
  #ids = 0;
  /** The worker that has the conference. */
  #holder = 0;
  #sleepers: Generator<void, void>[] = [];

  constructor(meeting: Meeting, settings: PlanSettings, now: number, addresses: readonly string[]) {
    this.meeting = meeting;
    this.settings = settings;
    this.now = now;
    this.bridges = addresses.map((address) => new ModelBridge(address));
  }

  get world(): World {
    const that = (is: (bridge: ModelBridge) => boolean) =>
      new Set(this.bridges.filter(is).map(({ address }) => address));
    return {
      lost: that(({ silentSince }) => silentSince !== undefined && this.now - silentSince >= lostAfter),
      up: that(({ answers }) => answers),
      leaving: this.leaving,
      isOut: () => false,
    };
  }

  get step(): Step {
    return nextStep(this.meeting, this.now, this.settings, this.world);
  }

  bridge(address: string | undefined): ModelBridge | undefined {
    return this.bridges.find((bridge) => bridge.address === address);
  }

  kill(bridge: ModelBridge): void {
    bridge.alive = false;
    bridge.calls.clear();
    bridge.silentSince ??= this.now;
  }

  restart(bridge: ModelBridge): void {
    if (bridge.alive) this.kill(bridge);
    bridge.alive = true;
    bridge.startedAt = this.now;
    if (bridge.reachable) bridge.silentSince = undefined;
  }

  cut(bridge: ModelBridge): void {
    bridge.reachable = false;
    bridge.silentSince ??= this.now;
  }

  mend(bridge: ModelBridge): void {
    bridge.reachable = true;
    if (bridge.alive) bridge.silentSince = undefined;
  }

  /** Everybody in the conference, with where they are: the bridges of a cluster know one another's people. */
  get legs(): { bridge: ModelBridge; call: string; id: string; leg: ModelLeg }[] {
    return this.bridges.flatMap((bridge) =>
      [...bridge.calls].flatMap(([call, { legs }]) =>
        [...legs].map(([id, leg]) => ({ bridge, call, id, leg })),
      ),
    );
  }

  endLeg(id: string): void {
    for (const { calls } of this.bridges) {
      for (const [call, { legs, stays }] of calls) {
        if (legs.delete(id) && legs.size === 0 && !stays) calls.delete(call);
      }
    }
  }

  /** Somebody dials in, at a call bridge that lives. */
  dialIn(bridge: ModelBridge, sip: string): void {
    if (!bridge.alive || !this.space.exists || !this.space.open) return;
    const [call] = bridge.calls.values();
    const legs = call?.legs ?? new Map();
    if (call === undefined) bridge.calls.set(this.#id('call'), { legs, stays: false });
    legs.set(this.#id('leg'), { sip, connected: true });
  }

  /** Who was dialled answers, unless they are busy: then their leg is gone. */
  ring(): void {
    for (const { id, leg } of this.legs) {
      if (leg.connected) continue;
      if (this.busy.has(leg.sip)) this.endLeg(id);
      else leg.connected = true;
    }
  }

  /** As `workers/running.ts` sees it. */
  census(): void {
    const run = openRun(this.meeting.run);
    if (run === undefined) return;
    const asked = this.bridges.filter(({ answers }) => answers);
    const calls = asked.flatMap(({ address, calls }) =>
      [...calls].map(([call, { legs }]) => ({ callBridge: address, call, people: legs.size })),
    );
    const known = calls.length === 0 ? [] : this.legs.filter(({ bridge }) => bridge.alive);
    const rooms = Object.entries(run.rooms).flatMap(([room, { sip, leg }]) => {
      const found = known.find(({ id }) => id === leg) ?? known.find((one) => one.leg.sip === sip);
      return found === undefined ? [] : [[room, found.bridge.answers ? found.bridge.address : '']];
    });
    const seen: Seen = {
      ...{ at: this.now, asked: asked.map(({ address }) => address), calls, people: known.length },
      rooms: Object.fromEntries(rooms),
      space: this.space.exists ? { ...this.space } : null,
    };
    this.meeting = { ...this.meeting, seen };
  }

  /** One worker takes it up and brings it to where it should be, as far as fate lets it. */
  work(): void {
    this.#holder += 1;
    const worker = this.#bring(this.#holder);
    for (let effects = 0; ; effects += 1) {
      if (effects > 400) throw new Error(`no progress: ${JSON.stringify([this.step, this.meeting.run])}`);
      const fate = this.fate();
      if (fate === 'dies') return;
      if (fate === 'sleeps') {
        this.#sleepers.push(worker);
        return;
      }
      if (worker.next().done) return;
    }
  }

  /** Those that were taken for dead wake, and find that it is not theirs any more. */
  wake(): void {
    this.#holder += 1;
    for (const sleeper of this.#sleepers.splice(0)) {
      for (let i = 0; i < 400 && !sleeper.next().done; i += 1);
    }
  }

  *#bring(me: number): Generator<void, void> {
    const worker = new ModelWorker(this, () => this.#holder === me);
    for (;;) {
      const { step } = this;
      if (step.do === 'wait' || step.do === 'nothing') return;
      try {
        if ((yield* worker.take(step)) === 'later') return;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return;
      }
    }
  }

  #id(what: string): string {
    this.#ids += 1;
    return `${what}-${this.#ids}`;
  }

  // What is asked of a call bridge.

  put(bridge: ModelBridge, fields: { open: boolean; name: string; passcode: string }): void {
    if (!bridge.answers) throw new Fault();
    Object.assign(this.space, { ...fields, exists: true });
  }

  makeCall(bridge: ModelBridge): string {
    if (!bridge.answers) throw new Fault();
    const [running] = bridge.calls.keys();
    const id = running ?? this.#id('call');
    if (running === undefined) bridge.calls.set(id, { legs: new Map(), stays: true });
    return id;
  }

  dial(bridge: ModelBridge, call: string, sip: string): string {
    const found = bridge.calls.get(call);
    if (!bridge.answers || found === undefined) throw new Fault();
    // What was left on purpose is ended after its rooms were called from elsewhere.
    const left = (this.meeting.run?.uncleared ?? []).flatMap((one) => (one.left ? [one.callBridge] : []));
    const other = this.legs.find(
      ({ leg, bridge: on }) => leg.sip === sip && !this.leaving.has(on.address) && !left.includes(on.address),
    );
    if (other !== undefined) this.breaches.push(`${sip} is called while it is in`);
    const id = this.#id('leg');
    found.legs.set(id, { sip, connected: false });
    return id;
  }

  reach(address: string | undefined): ModelBridge {
    const bridge = this.bridge(address);
    if (bridge === undefined || !bridge.answers) throw new Fault();
    return bridge;
  }
}

type Pace = Generator<void, 'later' | undefined>;

/** The steps as `workers/` takes them; `yield` stands before each effect. */
class ModelWorker {
  readonly #cluster: ModelCluster;
  readonly #held: () => boolean;

  constructor(cluster: ModelCluster, held: () => boolean) {
    this.#cluster = cluster;
    this.#held = held;
  }

  *take(step: Exclude<Step, { do: 'wait' | 'nothing' }>): Pace {
    const { run } = this;
    switch (step.do) {
      case 'open':
        return yield* this.#open();
      case 'rename':
        return yield* this.#rename();
      case 'dial':
        return yield* this.#dial(step.rooms);
      case 'hang-up':
        return yield* this.#hangUp(step.rooms);
      case 'recover':
        return yield* this.#bringUp(this.#cluster.world.lost, 'lost');
      case 'move':
        return yield* this.#bringUp(this.#leaving, 'left');
      case 'note-lost': {
        const lost = [...this.#cluster.world.lost].find((one) => callBridgesOf(run).includes(one)) ?? '';
        yield* this.#record({ ...run, lost: { callBridge: lost, since: this.#cluster.now } });
        return undefined;
      }
      case 'check':
        return yield* this.#check();
      case 'reopen':
        return yield* this.#reopen();
      case 'clear-stale':
        return yield* this.#clearStale();
      case 'look-at-legs':
        return yield* this.#lookAtLegs(step.rooms);
      case 'close': {
        yield* this.#effect(() =>
          this.#some((b) => this.#cluster.put(b, { open: false, name: '', passcode: '' })),
        );
        for (const bridge of this.#cluster.bridges) if (bridge.answers) bridge.calls.clear();
        yield* this.#record({ ...run, closedAt: this.#cluster.now, closeReason: step.reason });
        return undefined;
      }
      default:
        // What belongs to the end is `plan-life.test.ts`'s.
        return 'later';
    }
  }

  get run(): Run {
    const { run } = this.#cluster.meeting;
    return run as Run;
  }

  /** One that does not answer cannot be emptied. */
  get #leaving(): ReadonlySet<string> {
    const { leaving, up } = this.#cluster.world;
    return new Set([...leaving].filter((address) => up.has(address)));
  }

  /** Something is done to a bridge, by one who believes that the conference is his. */
  *#effect<T>(act: () => T): Generator<void, T> {
    yield;
    if (!this.#held()) throw new Fault();
    return act();
  }

  *#record(run: Run): Generator<void, Run> {
    yield;
    if (!this.#held()) throw new Fault();
    this.#cluster.meeting = { ...this.#cluster.meeting, run };
    return run;
  }

  /** At the first call bridge that answers. */
  #some<T>(act: (bridge: ModelBridge) => T, first?: string): T {
    const { bridges } = this.#cluster;
    const ordered = [...bridges].sort((a, b) => Number(b.address === first) - Number(a.address === first));
    for (const bridge of ordered) if (bridge.answers) return act(bridge);
    throw new Fault();
  }

  *#open(): Pace {
    const { meeting, now } = this.#cluster;
    const begun = meeting.run?.closedAt === undefined ? meeting.run : undefined;
    const slot = meeting.placement;
    if (slot === undefined || meeting.booked === undefined) return 'later';
    const { cluster, number, passcode, secret } = slot;
    const fields = {
      cluster,
      number,
      passcode,
      secret,
      space: 's',
      name: titleOf(meeting),
      end: meeting.booked.end,
    };
    const bridge = this.#some((one) => one, begun?.callIntent);
    const run = yield* this.#record({ rooms: {}, ...begun, ...fields, callIntent: bridge.address });
    yield* this.#effect(() => this.#cluster.put(bridge, { open: true, name: run.name, passcode }));
    const call = yield* this.#effect(() => this.#cluster.makeCall(bridge));
    const { callIntent: _, ...rest } = run;
    yield* this.#record({ ...rest, callBridge: bridge.address, call, openedAt: now });
    return undefined;
  }

  *#rename(): Pace {
    const { run } = this;
    const name = titleOf(this.#cluster.meeting);
    yield* this.#effect(() =>
      this.#some(
        (b) => this.#cluster.put(b, { open: true, name, passcode: passcodeOn(run) }),
        run.callBridge,
      ),
    );
    const { name: _, ...changed } = run.changed ?? {};
    yield* this.#record({ ...run, name, changed });
    return undefined;
  }

  *#dial(names: readonly string[]): Pace {
    let { run } = this;
    if (run.call === undefined) {
      const bridge = this.#some((one) => one, run.callIntent ?? run.callBridge);
      run = yield* this.#record({ ...run, callIntent: bridge.address });
      const call = yield* this.#effect(() => this.#cluster.makeCall(bridge));
      const { callIntent: _, callEnded: __, ...rest } = run;
      run = yield* this.#record({ ...rest, callBridge: bridge.address, call });
    }
    const bridge = this.#cluster.reach(run.callBridge);
    const rooms: Record<string, DialledRoom> = { ...run.rooms };
    for (const name of names) {
      const sip = this.#cluster.settings.sip.get(name) ?? '';
      // On whichever call bridge of the conference.
      const there = this.#cluster.legs.find(({ leg, bridge: on }) => on.alive && leg.sip === sip);
      if (rooms[name]?.state === 'intended' && there !== undefined) {
        const dialledAt = this.#cluster.now;
        rooms[name] = { sip, state: 'dialled', callBridge: bridge.address, leg: there.id, dialledAt };
        continue;
      }
      // One that was called in vain may have come in by itself.
      const came = this.#cluster.legs.find(({ leg }) => rooms[name]?.state === 'failed' && leg.sip === sip);
      const connectedAt = this.#cluster.now;
      rooms[name] =
        came === undefined
          ? { sip, state: 'intended', tries: (rooms[name]?.tries ?? 0) + 1 }
          : { sip, state: 'dialled', callBridge: came.bridge.address, leg: came.id, connectedAt };
    }
    run = yield* this.#record({ ...run, rooms });
    return yield* this.#dialNow(
      run,
      names.filter((name) => rooms[name]?.state === 'intended'),
    );
  }

  *#dialNow(run: Run, names: readonly string[]): Pace {
    const rooms: Record<string, DialledRoom> = { ...run.rooms };
    for (const name of names) {
      const room = run.rooms[name];
      if (room === undefined) continue;
      try {
        const bridge = this.#cluster.reach(run.callBridge);
        const leg = yield* this.#effect(() => this.#cluster.dial(bridge, run.call ?? '', room.sip));
        rooms[name] = {
          ...room,
          state: 'dialled',
          callBridge: bridge.address,
          leg,
          dialledAt: this.#cluster.now,
        };
      } catch (error) {
        if (!(error instanceof Fault) || !this.#held()) throw error;
        rooms[name] = { ...room, state: 'failed', failedAt: this.#cluster.now };
      }
    }
    yield* this.#record({ ...run, rooms });
    return undefined;
  }

  *#hangUp(names: readonly string[]): Pace {
    const { run } = this;
    const left = { ...run.rooms };
    for (const name of names) {
      const room = run.rooms[name];
      const bridge = this.#cluster.reach(room?.callBridge ?? run.callBridge);
      yield* this.#effect(() => {
        const its = this.#cluster.legs.filter((one) => one.bridge === bridge && one.leg.sip === room?.sip);
        for (const { id } of its) this.#cluster.endLeg(id);
      });
      delete left[name];
    }
    yield* this.#record({ ...run, rooms: left });
    return undefined;
  }

  /** As `workers/recovering.ts`: for a call bridge that is lost, or is to be left. */
  *#bringUp(from: ReadonlySet<string>, why: 'lost' | 'left'): Pace {
    const cluster = this.#cluster;
    let { run } = this;
    const away = callBridgesOf(run).find((address) => from.has(address)) ?? '';
    if (why === 'lost') {
      const loss = run.lost?.callBridge === away ? run.lost : { callBridge: away, since: cluster.now };
      // Its peers have its people with them, where one of them takes part.
      if (this.#witness(from) > 0) {
        yield* this.#record({ ...run, lost: { ...loss, witnessedAt: cluster.now } });
        return undefined;
      }
      run = yield* this.#record({ ...run, lost: loss });
    }
    const target = cluster.bridges.find(({ address, answers }) => answers && !from.has(address));
    if (target === undefined) throw new Fault();
    const stays = run.callBridge !== undefined && !from.has(run.callBridge);
    const bridge = stays ? cluster.reach(run.callBridge) : target;
    if (!stays) run = yield* this.#record({ ...run, callIntent: bridge.address });
    const fields = { open: true, name: nameOn(run), passcode: passcodeOn(run) };
    yield* this.#effect(() => cluster.put(bridge, fields));
    let { call } = run;
    if (call !== undefined && !stays) call = yield* this.#effect(() => cluster.makeCall(bridge));
    if (why === 'lost' && this.#witness(from) > 0) {
      const { callIntent: _, ...rest } = run;
      const loss = run.lost ?? { callBridge: away, since: cluster.now };
      yield* this.#record({ ...rest, lost: { ...loss, witnessedAt: cluster.now } });
      return undefined;
    }
    const { callIntent: _, lost: __, amiss: ___, call: ____, ...rest } = run;
    const rooms: Record<string, DialledRoom> = {};
    for (const [name, room] of Object.entries(run.rooms)) {
      const wasThere = isIn(room) && from.has(room.callBridge ?? run.callBridge ?? '');
      const here = cluster.legs.find(
        (one) => wasThere && one.leg.sip === room.sip && !from.has(one.bridge.address),
      );
      if (here !== undefined)
        rooms[name] = { ...room, callBridge: here.bridge.address, leg: here.id, connectedAt: cluster.now };
      else if (!wasThere) rooms[name] = room;
      else if (cluster.meeting.booked?.rooms.includes(name)) rooms[name] = toBeDialled(room);
    }
    const old = [...from]
      .filter((address) => callBridgesOf(run).includes(address))
      .map((callBridge): Uncleared => {
        const known = callBridge === run.callBridge ? (run.call ?? '') : '';
        return { callBridge, call: known, ...(why === 'left' ? { left: true } : {}) };
      });
    const uncleared = [
      ...(run.uncleared ?? []).filter((one) => one.call !== call && !from.has(one.callBridge)),
      ...old,
    ];
    const moved: Run = {
      ...{ ...rest, rooms, uncleared, callBridge: bridge.address, recoveredAt: cluster.now },
      ...(call === undefined ? {} : { call }),
    };
    const due = roomsToDial(Object.keys(rooms), moved, cluster.settings, cluster.now);
    const intended = due.filter(
      (name) => rooms[name]?.state === 'intended' && run.rooms[name]?.state !== 'intended',
    );
    run = yield* this.#record(moved);
    if (run.call === undefined) return undefined;
    return yield* this.#dialNow(run, intended);
  }

  /** People on call bridges that we have lost, as far as a peer in the conference can say. */
  #witness(from: ReadonlySet<string>): number {
    const peers = this.#cluster.bridges.filter(({ answers, calls }) => answers && calls.size > 0);
    if (peers.length === 0) return 0;
    return this.#cluster.legs.filter(({ bridge }) => from.has(bridge.address)).length;
  }

  *#check(): Pace {
    const cluster = this.#cluster;
    const { run } = this;
    const own = cluster.reach(run.callBridge);
    const asked = cluster.bridges.filter(({ answers }) => answers);
    const legs = new Map<string, LegFound>();
    for (const [name, { leg: id, sip }] of Object.entries(run.rooms)) {
      const there = cluster.legs.filter(({ bridge }) => bridge.answers);
      const found = there.find((one) => one.id === id) ?? there.find((one) => one.leg.sip === sip);
      if (found !== undefined) {
        legs.set(name, { leg: found.id, callBridge: found.bridge.address, connected: found.leg.connected });
      }
    }
    const found: Found = {
      ...{ at: cluster.now, asked: asked.map(({ address }) => address), legs },
      calls: asked.flatMap(({ address, calls }) =>
        [...calls.keys()].map((call) => ({ callBridge: address, call })),
      ),
      space: cluster.space.exists ? { ...cluster.space } : null,
      upSince: own.startedAt,
    };
    const next = assess(run, found).run;
    yield* this.#record(next);
    if (cluster.world.lost.size > 0) return undefined;
    for (const bridge of asked) {
      for (const [call, { legs: inside }] of bridge.calls) {
        if (inside.size > 0 || !isLeftover(next, { callBridge: bridge.address, call, people: 0 })) continue;
        yield* this.#effect(() => bridge.calls.delete(call));
      }
    }
    return undefined;
  }

  *#reopen(): Pace {
    const cluster = this.#cluster;
    let { run } = this;
    const { amiss, unlocked = 0 } = run;
    const needsCall = run.call === undefined && amiss !== 'locked' && run.callEnded === undefined;
    const bridge = this.#some((one) => one, run.callIntent ?? run.callBridge);
    if (needsCall) run = yield* this.#record({ ...run, callIntent: bridge.address });
    const fields = { open: true, name: nameOn(run), passcode: passcodeOn(run) };
    yield* this.#effect(() => cluster.put(bridge, fields));
    const call = needsCall ? yield* this.#effect(() => cluster.makeCall(bridge)) : undefined;
    const { amiss: _, callIntent: __, ...rest } = run;
    yield* this.#record({
      ...rest,
      ...(call === undefined ? {} : { call, callBridge: bridge.address, recoveredAt: cluster.now }),
      ...(amiss === 'locked' ? { unlocked: unlocked + 1 } : {}),
    });
    return undefined;
  }

  *#clearStale(): Pace {
    const cluster = this.#cluster;
    const { run } = this;
    const left: Uncleared[] = [];
    for (const one of run.uncleared ?? []) {
      const bridge = cluster.bridge(one.callBridge);
      if (bridge === undefined || !bridge.answers) {
        left.push(one);
        continue;
      }
      for (const [call, { legs }] of bridge.calls) {
        const isMeant = one.left === true || one.call === '' || one.call === call;
        if (call === run.call || !isMeant) continue;
        // All of one cluster are in one conference here: with the others.
        if (legs.size > 0 && one.left !== true) continue;
        yield* this.#effect(() => bridge.calls.delete(call));
      }
    }
    yield* this.#record({ ...run, uncleared: left });
    return undefined;
  }

  *#lookAtLegs(names: readonly string[]): Pace {
    const { run } = this;
    const rooms: Record<string, DialledRoom> = { ...run.rooms };
    for (const name of names) {
      const room = run.rooms[name];
      if (room === undefined) continue;
      const bridge = this.#cluster.bridge(room.callBridge);
      const now = this.#cluster.now;
      if (!bridge?.answers) {
        rooms[name] = { ...room, lookedAt: now };
        continue;
      }
      const leg = [...bridge.calls.values()].flatMap(({ legs }) => [...legs]).find(([id]) => id === room.leg);
      if (leg === undefined) rooms[name] = { ...room, state: 'failed', failedAt: now };
      else rooms[name] = leg[1].connected ? { ...room, connectedAt: now } : { ...room, lookedAt: now };
    }
    yield* this.#record({ ...run, rooms });
    return undefined;
  }
}
