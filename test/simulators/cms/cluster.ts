/** A simulated Cisco Meeting Server cluster on loopback: shared spaces, own calls per bridge, faults on demand. */
import { CmsBridge } from './bridge.ts';
import type { Form } from './fields.ts';
import type { CmsEvent, LogEntry } from './journal.ts';
import { type CmsClusterOptions, settle } from './options.ts';
import { type Joined, type JoinOptions, People } from './people.ts';
import type { Space } from './spaces.ts';
import { World } from './world.ts';

export interface SpaceView {
  id: string;
  name: string;
  uri: string | undefined;
  callId: string | undefined;
  passcode: string;
  secret: string | undefined;
  nonMemberAccess: boolean;
  callProfile: string | undefined;
  callLegProfile: string | undefined;
  ownerJid: string | undefined;
  /** JIDs. */
  members: string[];
  accessMethods: { uri: string | undefined; callId: string | undefined; passcode: string }[];
}

export class CmsCluster {
  readonly bridges: CmsBridge[];
  readonly #world: World;
  readonly #people: People;

  private constructor(options: CmsClusterOptions) {
    this.#world = new World(settle(options));
    this.#people = new People(this.#world);
    this.bridges = options.callBridges.map((bridge) => new CmsBridge(this.#world, bridge));
  }

  static async start(options: CmsClusterOptions): Promise<CmsCluster> {
    const cluster = new CmsCluster(options);
    try {
      for (const bridge of cluster.bridges) await bridge.open();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async stop(): Promise<void> {
    this.#world.bulkSyncs.stop();
    await Promise.all(this.bridges.map((bridge) => bridge.close()));
  }

  /** Every request in the order of arrival; grows until `clearLog`. */
  get log(): readonly LogEntry[] {
    return this.#world.journal.log;
  }

  /** Calls and legs begun and ended, bridges killed and started, in order. */
  get events(): readonly CmsEvent[] {
    return this.#world.journal.events;
  }

  clearLog(): void {
    this.#world.journal.log.length = 0;
    this.#world.journal.events.length = 0;
  }

  /** Parameters that were sent to the cluster and that the API does not know. */
  get ignoredParameters(): ReadonlySet<string> {
    return this.#world.ignoredParameters;
  }

  get openConnections(): number {
    return this.bridges.reduce((sum, bridge) => sum + bridge.openConnections, 0);
  }

  /** By name or position. */
  bridge(which: string | number): CmsBridge {
    const bridge =
      typeof which === 'number' ? this.bridges[which] : this.bridges.find(({ name }) => name === which);
    if (bridge === undefined) throw new Error(`the cluster has no call bridge ${which}`);
    return bridge;
  }

  spaces(): SpaceView[] {
    return [...this.#world.spaces.byId.values()].map(view);
  }

  /** By id, URI or call ID. */
  space(key: string): SpaceView | undefined {
    const { spaces } = this.#world;
    const space = spaces.byId.get(key) ?? spaces.find(key);
    return space && view(space);
  }

  /** How many profiles of each kind the database holds. */
  profiles(): { callProfiles: number; callLegProfiles: number } {
    const { callProfiles, callLegProfiles } = this.#world;
    return { callProfiles: callProfiles.rows.size, callLegProfiles: callLegProfiles.rows.size };
  }

  /** Adds a space as somebody else's work; answers its id. Throws where the API would refuse. */
  addSpace(fields: Record<string, string>): string {
    return this.#world.spaces.create(Object.entries(fields) satisfies Form).id;
  }

  /** Changes a space as somebody else's work. */
  changeSpace(id: string, fields: Record<string, string>): void {
    this.#world.spaces.update(id, Object.entries(fields) satisfies Form);
    this.#world.journal.changed();
  }

  /** Removes a space, and ends its calls, as somebody else's work. */
  removeSpace(id: string): void {
    const space = this.#world.spaces.get(id);
    this.#world.conferences.endSpace(space);
    this.#world.spaces.remove(space);
    this.#world.journal.changed();
  }

  /** A person dials in: on the bridge named, or else on one where the meeting runs, or else the first alive. */
  join(number: string, options: JoinOptions & { bridge?: string | number }): Joined {
    const wanted = options.bridge === undefined ? this.#choose(number) : this.bridge(options.bridge);
    return this.#people.join(wanted?.state, number, options);
  }

  /** False when there is no such participant (any more). */
  leave(participant: string): boolean {
    return this.#people.leave(participant);
  }

  /** As an administrator would: nobody hears them any more. False when there is no such participant. */
  mute(participant: string, isMuted = true): boolean {
    return this.#people.mute(participant, isMuted);
  }

  /** The far end at that address hangs up; answers how many legs it had. */
  hangUp(uri: string): number {
    return this.#people.hangUp(uri);
  }

  /** Resolves once the predicate gives a value; asked again after each request and each change. Never polls. */
  waitFor<T>(predicate: () => T | undefined | null | false, timeoutMs = 30_000): Promise<T> {
    return this.#world.journal.waitFor(predicate, timeoutMs);
  }

  #choose(number: string): CmsBridge | undefined {
    const space = this.#world.spaces.find(number.replace(/^sips?:/i, '').replace(/@.*$/, ''));
    const alive = this.bridges.filter((bridge) => bridge.alive);
    return alive.find(({ state }) => space !== undefined && state.callOfSpace.has(space)) ?? alive[0];
  }
}

function view({ id, fields, accessMethods, members }: Space): SpaceView {
  return {
    id,
    name: fields.get('name') ?? '',
    uri: fields.get('uri'),
    callId: fields.get('callId'),
    passcode: fields.get('passcode') ?? '',
    secret: fields.get('secret'),
    nonMemberAccess: fields.get('nonMemberAccess') !== 'false',
    callProfile: fields.get('callProfile'),
    callLegProfile: fields.get('callLegProfile'),
    ownerJid: fields.get('ownerJid'),
    members: [...members.values()].map(({ fields: own }) => own.get('userJid') ?? ''),
    accessMethods: [...accessMethods.values()].map(({ fields: own }) => ({
      ...{ uri: own.get('uri'), callId: own.get('callId'), passcode: own.get('passcode') ?? '' },
    })),
  };
}
