/**
 * One conference brought by the worker in this process, against simulated call bridges on the wire and a real Redis.
 * What the processes have agreed on (which call bridge is lost) is told here instead of being waited for.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { protectionOf } from '../../src/access-rules.ts';
import type { Drain, Drains } from '../../src/cluster/drain.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { readStatus } from '../../src/cms/system.ts';
import { Wire } from '../../src/cms/wire.ts';
import type { Attendee } from '../../src/conference/attendance/attendee.ts';
import type { Meeting } from '../../src/conference/meeting.ts';
import type { Operation, Outcome } from '../../src/conference/operation/operation.ts';
import type { PlanSettings } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import type { TimelineWord } from '../../src/conference/timeline.ts';
import { type ClusterConfig, type ConferenceConfig, standardPolicies } from '../../src/config.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { speechIn } from '../../src/invitation/languages/speech.ts';
import { mergeBookings } from '../../src/meeting/booking.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { AttendanceStore } from '../../src/redis/attendance.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { DiscoveryStore } from '../../src/redis/discoveries.ts';
import { MeetingStore, meetingKeyOf } from '../../src/redis/meetings.ts';
import { OperationStore } from '../../src/redis/operations.ts';
import { PlaceStore } from '../../src/redis/places.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { heldInterval, type Placement } from '../../src/slot/slot.ts';
import { CallBridges } from '../../workers/call-bridges.ts';
import { ClusterLooks } from '../../workers/cluster-looks.ts';
import { bringConference } from '../../workers/conference.ts';
import type { ConferenceDeps } from '../../workers/hand.ts';
import { HealthWatch } from '../../workers/health-watch.ts';
import { discover } from '../../workers/inspecting.ts';
import { Placing } from '../../workers/placing.ts';
import { PresenceReader } from '../../workers/presence.ts';
import { RoomTimes } from '../../workers/room-times.ts';
import { watchRunning } from '../../workers/running.ts';
import { Witnesses } from '../../workers/witnesses.ts';
import { booking } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../simulators/cms/options.ts';
import { type Dying, mortal } from './mortal.ts';

export const number = '80991000';
export const passcode = '271828';
export const sips = ['boardroom@video.example.com', 'huddle@video.example.com'] as const;
export const rooms = ['boardroom@example.com', 'huddle@example.com'] as const;
const secret = '5ec4e7';

/** What is booked. */
interface Booked {
  readonly key: string;
  readonly number: string;
  readonly rooms: readonly string[];
}

const first: Booked = { key: 'uid', number, rooms };
/** Of a second meeting beside it, in a room that is not called. */
const second: Booked = { key: 'other', number: '80991001', rooms: ['atrium@example.com'] };

/** What all processes see of the call bridges, as it would come to be within seconds. */
class Sight extends HealthWatch {
  readonly lost = new Set<string>();
  readonly drained = new Map<string, Drain>();
  serverSince = 0;

  override get drains(): Drains {
    return this.drained;
  }

  override isLost(address: string): boolean {
    return this.lost.has(address);
  }
}

class Death extends Error {}

/** Lets a worker die at one of its writes. */
class Deaths {
  #at: { readonly write: number; readonly when: 'before' | 'after' } | undefined;
  #writes = 0;

  /** At which write from now. */
  comeAt(at: { readonly write: number; readonly when: 'before' | 'after' } | undefined): void {
    this.#at = at;
    this.#writes = 0;
  }

  among(meetings: MeetingStore): MeetingStore {
    const saveRun: MeetingStore['saveRun'] = async (...args) => {
      this.#writes += 1;
      const dies = this.#writes === this.#at?.write;
      if (dies && this.#at?.when === 'before') throw new Death();
      const saved = await meetings.saveRun(...args);
      if (dies) throw new Death();
      return saved;
    };
    return new Proxy(meetings, {
      get: (target, name) => {
        if (name === 'saveRun') return saveRun;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  }
}

interface Made {
  readonly deaths: Deaths;
  readonly callBridges: CallBridges;
  readonly sight: Sight;
  readonly deps: ConferenceDeps;
  readonly wires: readonly Wire[];
  readonly clients: readonly CmsClient[];
  readonly close: () => Promise<void>;
}

export class OneConference {
  readonly cms: CmsCluster;
  readonly callBridges: CallBridges;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly #redis: TestRedis;
  readonly #sight: Sight;
  readonly #deps: ConferenceDeps;
  readonly key: string;
  readonly number: string;
  readonly #rooms: readonly string[];
  readonly #clients: readonly CmsClient[];
  readonly #close: () => Promise<void>;
  readonly #deaths: Deaths;
  readonly #made: Made;

  private constructor(cms: CmsCluster, redis: TestRedis, made: Made, booked = first) {
    this.cms = cms;
    this.#redis = redis;
    this.#made = made;
    this.key = booked.key;
    this.number = booked.number;
    this.#rooms = booked.rooms;
    this.callBridges = made.callBridges;
    this.#sight = made.sight;
    this.#deps = made.deps;
    this.meetings = made.deps.meetings;
    this.slots = made.deps.slots;
    this.#clients = made.clients;
    this.#close = made.close;
    this.#deaths = made.deaths;
  }

  /** Booked in both rooms since a minute, for an hour; not opened yet. */
  static async begin(
    names = ['cms1', 'cms2'],
    options: Partial<CmsClusterOptions> = {},
  ): Promise<OneConference> {
    const folder = mkdtempSync(join(tmpdir(), 'roombridge-one-'));
    const authority = createTestAuthority(folder);
    const cms = await CmsCluster.start({
      tls: authority.issue(['localhost', '127.0.0.1']),
      callBridges: names.map((name) => ({ name, username: 'api', password: 'pw' })),
      answerDelayOfDial: 20,
      ...options,
    });
    const redis = await startRedis();
    const dispatcher = createDispatcher({
      proxy: {},
      ca: authority.ca,
      connections: 16,
      connectTimeout: 2_000,
    });
    const config: ClusterConfig = {
      name: 'emea',
      domain: 'meet.example.com',
      numbers: { base: 80991000, quantity: 5 },
      slotName: 'TMS_Scheduled_Meeting_',
      callBridges: cms.bridges.map(({ url }) => ({
        address: url,
        username: 'api',
        password: 'pw',
        requests: 8,
      })),
    } as unknown as ClusterConfig;
    const wires = config.callBridges.map(
      (callBridge) =>
        new Wire({ callBridge, dispatcher, observe: (observation) => callBridges.observe(observation) }),
    );
    const guard = { stillWanted: () => true, otherwise: () => new Error('it is always wanted') };
    const clients = wires.map((wire) => new CmsClient({ wire, guard }));
    const bridges = new BridgeStore(redis.redis);
    const discoveries = new DiscoveryStore(redis.redis);
    const sight = new Sight({
      probes: [],
      store: bridges,
      viewer: 'me',
      onError: (error) => {
        throw error;
      },
    });
    const callBridges: CallBridges = new CallBridges([{ config, clients }], sight);
    const close = async () => {
      await dispatcher.destroy();
      await cms.stop();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    };
    const meetings = new MeetingStore(redis.redis);
    const conference = {
      ...{ setup: 0, teardown: 0, lead: 2_000 },
      extension: { by: 60_000, times: 1, rooms: 'count', ignore: [], warnings: [], roomCalendar: false },
      ...{ earlyJoin: 'open', release: { after: 0, room: false } },
    } as unknown as ConferenceConfig;
    const settings = {
      ...conference,
      ...{ watchEvery: 5_000, clearFor: 600_000 },
      sip: new Map(rooms.map((room, i) => [room, sips[i] ?? ''])),
    } as unknown as PlanSettings;
    const deaths = new Deaths();
    const attendance = new AttendanceStore(redis.redis);
    const slots = new SlotStore(redis.redis);
    const protect = async (_: unknown, placement: Placement) => ({ ...placement, passcode, secret });
    const placing = new Placing({
      ...{ clusters: [config], conference, identityKey: Buffer.from('test'), protect, now: Date.now },
      ...{ meetings, slots, bridges, metrics: createMetrics(), sipOf: () => undefined },
      ...{ numberLeft: async () => undefined, remembered: async () => undefined },
    });
    const deps = {
      ...{ meetings: deaths.among(meetings), bridges, discoveries, callBridges, settings, conference },
      ...{ slots, tickets: new TicketStore(redis.redis) },
      roomTimes: new RoomTimes({
        ...{ meetings, slots, callBridges, conference, rooms: new RoomStore(redis.redis) },
      }),
      witnesses: new Witnesses(callBridges, discoveries),
      presence: new PresenceReader({
        ...{ callBridges, bridges, rooms: sips, ignored: [], attendance },
      }),
      ...{ attendance, operations: new OperationStore(redis.redis) },
      metrics: createMetrics(),
      log: pino({ level: 'silent' }),
      places: new PlaceStore(redis.redis),
      looks: new ClusterLooks(callBridges, meetings),
      policies: protectionOf({ access: standardPolicies(), clusters: [], conference, rooms: [] }).access
        .policies,
      protect,
      speechFor: async () => speechIn('en'),
      ring: async () => {},
      place: async (key: string) => void (await placing.place([key])),
      invite: async () => {},
      happened: async () => {},
      freed: async () => {},
      doubtRedis: async () => {
        throw new Error('a record is missing');
      },
      heartbeat: { serverSince: () => sight.serverSince },
      // Of no meaning here: nobody is warned, and no calendar shows anything.
    } as unknown as ConferenceDeps;
    const one = new OneConference(cms, redis, { callBridges, sight, deps, wires, clients, close, deaths });
    await one.#book();
    await one.look();
    const { tickets } = deps;
    const ownOrigin = 'https://roombridge.example.com';
    await discover({ callBridges, discoveries, slots, tickets, ownOrigin }, { config, clients });
    return one;
  }

  /** A second conference beside this one, booked for the same time; not opened yet. */
  async besides(): Promise<OneConference> {
    const other = new OneConference(this.cms, this.#redis, this.#made, second);
    await other.#book();
    return other;
  }

  async #book(): Promise<void> {
    const { key, number: own } = this;
    const name = `TMS_Scheduled_Meeting_${own}`;
    const space = this.cms.addSpace({ name, uri: own, callId: own, nonMemberAccess: 'false' });
    await this.#deps.bridges.putSpace('emea', own, space);
    const now = Date.now();
    const said = this.#rooms.map(
      (room) => [room, booking({ start: now - 60_000, end: now + 3_600_000 })] as const,
    );
    for (const [i, [room, one]] of said.entries()) {
      const merged = mergeBookings(new Map(said.slice(0, i + 1)));
      const booked = merged && { ...merged, key, uid: key };
      await this.meetings.putBooking(room, key, { ...one, key, uid: key }, booked, []);
    }
    const placement = { cluster: 'emea', number: own, passcode, secret };
    await this.meetings.putPlacement(key, placement, undefined, []);
  }

  /** What a counter has counted, over all labels. */
  async counted(name: string): Promise<number> {
    const { values } = (await this.#deps.metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  /** Asks every call bridge that is alive how it is, as the probes do, until it is known to be well. */
  async look(): Promise<void> {
    for (const client of this.#clients) {
      const isWell = () => this.callBridges.health(client.address)?.state === 'up';
      for (let tries = 0; tries < 100 && !isWell(); tries += 1) {
        if (
          !(await readStatus(client).then(
            () => true,
            () => false,
          ))
        )
          break;
        if (!isWell()) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Is lost, in the eyes of all processes. */
  async lose(name: string): Promise<void> {
    const { url } = this.cms.bridge(name);
    for (const client of this.#clients) {
      // Two requests that fail make it down.
      if (client.address === url)
        for (let i = 0; i < 2; i += 1) await readStatus(client, { deadline: 300 }).catch(() => {});
    }
    this.#sight.lost.add(url);
  }

  /** Is back, and known to be. */
  async regain(name: string): Promise<void> {
    await this.look();
    this.#sight.lost.delete(this.cms.bridge(name).url);
  }

  /** Is to be left, by an operator's will. */
  async drain(name: string): Promise<void> {
    const { url } = this.cms.bridge(name);
    this.#sight.drained.set(url, { since: 0, from: 0, moveRunning: 0 });
  }

  /** Brought to where it should be now. @returns when it is to be looked at again */
  async bring(holder = 'me', deps = this.#deps): Promise<number | undefined> {
    const { key } = this;
    await this.#redis.redis.hset('leases', key, holder);
    for (;;) {
      const next = await bringConference(deps, {
        key,
        lease: { hash: 'leases', field: key, holder },
        waitUntil: async () => 'stopping',
        ...{ stopping: false, held: true },
      });
      if (next === undefined || next > Date.now()) return next;
    }
  }

  /** Brings it time and again as it asks for, until it is as wished. */
  async bringUntil(isAsWished: (run: Run) => boolean, within = 20_000): Promise<Run> {
    const deadline = Date.now() + within;
    for (;;) {
      const next = await this.bring();
      const run = await this.run();
      if (isAsWished(run)) return run;
      if (Date.now() > deadline) throw new Error(`never as wished: ${JSON.stringify(run)}`);
      const wait = Math.min((next ?? Date.now()) - Date.now(), 1_000);
      await new Promise((resolve) => setTimeout(resolve, Math.max(50, wait)));
    }
  }

  /** Another server has the place of Redis, and lacks what was last written of the conference. */
  async forgotten(): Promise<void> {
    await this.#redis.redis.hdel(meetingKeyOf(this.key), 'run');
    this.#sight.serverSince = Date.now();
  }

  async census(): Promise<readonly string[]> {
    const rung: string[] = [];
    await watchRunning(
      {
        ...this.#deps,
        ring: async (_, rings) => {
          rung.push(...rings.map((ring) => ring.key));
        },
      },
      'emea',
    );
    return rung;
  }

  /** Codes of the tickets that are open. */
  async tickets(): Promise<string[]> {
    return (await this.#deps.tickets.list('open')).map(({ code }) => code);
  }

  async meeting(): Promise<Meeting> {
    const meeting = await this.meetings.load(this.key);
    if (meeting === undefined) throw new Error('it is not booked');
    return meeting;
  }

  async run(): Promise<Run> {
    const { run } = await this.meeting();
    if (run === undefined) throw new Error('it was never opened');
    return run;
  }

  /** One room has it no more. */
  async takeOff(room: string): Promise<void> {
    const { bookings } = await this.meeting();
    const left = new Map([...bookings].filter(([other]) => other !== room));
    await this.meetings.putBooking(room, this.key, undefined, mergeBookings(left), []);
  }

  /** Begins an hour from now, with its slot held until it ends. */
  async planned(): Promise<void> {
    const { key } = this;
    const start = Date.now() + 3_600_000;
    const said = this.#rooms.map((room) => [room, booking({ start, end: start + 3_600_000 })] as const);
    for (const [room, one] of said) {
      const merged = mergeBookings(new Map(said));
      const booked = merged && { ...merged, key, uid: key };
      await this.meetings.putBooking(room, key, { ...one, key, uid: key }, booked, []);
    }
    await this.hold(
      key,
      this.number,
      heldInterval({ start, end: start + 3_600_000 }, { setup: 0, teardown: 0 }),
    );
  }

  /** A slot is held under this key, and none other can be. */
  async hold(key: string, number: string, { from, to }: { from: number; to: number }): Promise<void> {
    const [cluster] = this.callBridges.clusters;
    if (cluster === undefined) throw new Error('there is no cluster');
    const held = await this.slots.reserve(cluster.config, [{ key, from, to }], { mode: 'only', number });
    if (held !== number) throw new Error(`${number} is not free`);
  }

  /** No room has it any more. */
  async cancel(): Promise<void> {
    for (const [i, room] of this.#rooms.entries()) {
      const left = this.#rooms.slice(i + 1).map((other) => [other, booking()] as const);
      await this.meetings.putBooking(room, this.key, undefined, mergeBookings(new Map(left)), []);
    }
  }

  /** The words of its timeline since it was opened and its rooms were dialled. */
  async words(): Promise<unknown[]> {
    return (await this.told()).map(({ what }) => what).slice(3);
  }

  /** How often its timeline says so. */
  async times(word: TimelineWord): Promise<number> {
    return (await this.told()).filter(({ what }) => what === word).length;
  }

  /** What its timeline says, without the times. */
  async told(): Promise<Record<string, unknown>[]> {
    return (await this.meetings.timeline(this.key)).map(({ at: _, after: __, late: ___, ...note }) => note);
  }

  /** How often each room was dialled. */
  get dials(): number[] {
    return sips.map(
      (sip) =>
        this.cms.events.filter(({ kind, remoteParty }) => kind === 'legDialled' && remoteParty === sip)
          .length,
    );
  }

  /** The call bridges on which it runs. */
  get runsOn(): string[] {
    return this.cms.bridges.filter((bridge) => bridge.calls().length > 0).map(({ name }) => name);
  }

  /** Opened, with both rooms in and seen to be, as it is half a minute after a start. */
  static async inFull(names?: string[], options: Partial<CmsClusterOptions> = {}): Promise<OneConference> {
    const one = await OneConference.begin(names, options);
    await one.bring();
    await one.answered();
    await one.known();
    return one;
  }

  /** That its rooms are in. */
  async known(): Promise<void> {
    const run = await this.run();
    const rooms = Object.entries(run.rooms).map(([room, is]) => [room, { ...is, connectedAt: Date.now() }]);
    await this.save({ ...run, rooms: Object.fromEntries(rooms) });
  }

  /** Writes the record as a worker would. */
  async save(run: Run): Promise<void> {
    const { key } = this;
    await this.#redis.redis.hset('leases', key, 'me');
    await this.meetings.saveRun(key, run, { hash: 'leases', field: key, holder: 'me' });
  }

  /**
   * Brought on by a worker that dies at its nth write, just before it or just after.
   * @returns false when it did not come to that many
   */
  async bringToDeath(write: number, when: 'before' | 'after'): Promise<boolean> {
    this.#deaths.comeAt({ write, when });
    try {
      await this.bring();
      return false;
    } catch (error) {
      if (error instanceof Death) return true;
      throw error;
    } finally {
      this.#deaths.comeAt(undefined);
    }
  }

  /**
   * Brought on by a worker that dies at its nth write, to Redis or to a call bridge.
   * @returns what it wrote until then; undefined when it did not come to that many
   */
  async bringToEnd(dying: Dying): Promise<readonly string[] | undefined> {
    const { wires, sight: watch } = this.#made;
    const life = mortal(this.#deps, { wires, watch }, dying);
    const came = await Promise.race([life.death, this.bring('mortal', life.deps)]);
    return came === 'dead' ? life.writes : undefined;
  }

  /** What an operator wants. */
  async order(request: string, operation: Operation): Promise<void> {
    const order = { request, by: 'olga', at: Date.now(), operation };
    await this.#deps.operations.order(this.key, order);
  }

  async outcome(request: string): Promise<Outcome | undefined> {
    return await this.#deps.operations.outcome(this.key, request);
  }

  /** The live picture comes to know who is in this conference now. */
  async hear(): Promise<void> {
    const space = this.cms.space(this.number)?.id ?? '';
    const now = Date.now();
    for (const bridge of this.cms.bridges) {
      const [call] = bridge.calls().filter(({ coSpace }) => coSpace === space);
      if (call === undefined) continue;
      const people = bridge.participants().filter(({ call: its }) => its === call.id);
      const attendees = people.map(
        ({ id, name, uri, bridge: owner, isWaiting: isInLobby }): [string, Attendee] => {
          const isLocal = owner === bridge.name ? { isLocal: true as const } : {};
          const times = { since: now, connectedAt: now, heardAt: now };
          return [
            id,
            { id, name, address: uri, legs: isLocal.isLocal ? [id] : [], ...isLocal, isInLobby, ...times },
          ];
        },
      );
      for (const known of await this.#deps.attendance.attendeesOf(bridge.url, call.id))
        if (people.every(({ id }) => id !== known.id)) attendees.push([known.id, { leftAt: now, ...known }]);
      const lease = { hash: 'leases', field: bridge.url, holder: 'me' };
      await this.#redis.redis.hset(lease.hash, lease.field, lease.holder);
      const known = { knownAt: 0, space, since: call.startedAt, meeting: this.key };
      await this.#deps.attendance.commit(lease, bridge.url, {
        ...{ calls: new Map([[call.id, known]]), attendees: new Map([[call.id, new Map(attendees)]]) },
        ...{
          seats: new Map(),
          over: new Set(),
          records: undefined,
          taken: 0,
          waiting: [],
          keep: 60_000,
          now,
        },
      });
    }
  }

  /** What an administrator does with another tool. */
  async asAdministrator(
    method: 'PUT' | 'DELETE',
    path: string,
    name: string,
    form: Record<string, string> = {},
  ): Promise<void> {
    const { url } = this.cms.bridge(name);
    const client = this.#clients.find(({ address }) => address === url);
    if (method === 'PUT') await client?.put(path, Object.entries(form));
    else await client?.delete(path);
  }

  /** As if the last census were long past. */
  async forgetSeen(): Promise<void> {
    await this.meetings.putSeen(new Map([[this.key, { at: 0, asked: [], calls: [], rooms: {}, people: 0 }]]));
  }

  /** Waits until both rooms have answered. */
  async answered(count = 2): Promise<void> {
    const connected = () =>
      this.cms.bridges.flatMap((bridge) => bridge.legs()).filter(({ state }) => state === 'connected').length;
    await this.cms.waitFor(() => connected() >= count);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
