/** The program's parts as the conferences' worker is given them, over a wire and stores that only ask. */

import type { Health } from '../../src/cluster/health.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { DeadlinePassed } from '../../src/cms/exchange.ts';
import { CmsFault } from '../../src/cms/fault.ts';
import { type Detail, Wire } from '../../src/cms/wire.ts';
import { XmlElement } from '../../src/cms/xml.ts';
import type { ClusterConfig } from '../../src/config.ts';
import { workInHand } from '../../src/work.ts';
import { CallBridges } from '../../workers/call-bridges.ts';
import type { ConferenceDeps } from '../../workers/hand.ts';
import { HealthWatch } from '../../workers/health-watch.ts';
import { Witnesses } from '../../workers/witnesses.ts';
import { settings as usual } from '../conference/a-meeting.ts';
import { bridgeIds, type Element, indexOf, space, type Told } from './protocol-bridge.ts';
import type { Ambient, Asking, Parts } from './protocol-fibers.ts';
import { addresses, type Scene, sipOf } from './protocol-state.ts';

/** Parts of the protocol that are taken out, to see that it is noticed. */
export type Omission =
  /** A claim is not looked at before a write leaves, nor before a record is written. */
  | 'lease'
  /** Before a call is made again nobody looks whether there is one. */
  | 'look for a call'
  /** Before a room is dialled again nobody looks whether it is in. */
  | 'look for a room'
  /** What is about to be done is not written down. */
  | 'intent'
  /** The space is not locked before its calls are deleted. */
  | 'lock'
  /** What a call bridge may still have is not written down. */
  | 'uncleared'
  /** At an end nobody asks whether the slot is another's by now. */
  | 'successor'
  /** At a start nobody asks whether the meeting before is through. */
  | 'predecessor'
  /** The peers of a lost call bridge are not asked. */
  | 'witnesses';

const config = {
  name: 'emea',
  domain: 'meet.example.com',
  numbers: { base: 8000, quantity: 1 },
  slotName: 'TMS_Scheduled_Meeting_',
  callBridges: addresses.map((address) => ({ address, username: 'api', password: 'pw', requests: 8 })),
} as unknown as ClusterConfig;

const conference = {
  ...{ setup: 0, teardown: 0, lead: 2_000, earlyJoin: 'open' },
  extension: { by: 60_000, times: 0, rooms: 'count', ignore: [], warnings: [], roomCalendar: false },
  release: { after: 0, room: false },
};

/** Does nothing, whatever is asked of it. */
const mute = new Proxy(() => mute, {
  get: (_, name): unknown => (name === 'then' ? undefined : mute),
}) as never;
const noOperation = async () => {};

class AskingWire extends Wire {
  readonly #ask: Asking;
  readonly #without: ReadonlySet<Omission>;

  constructor(address: string, ask: Asking, without: ReadonlySet<Omission>) {
    super({ callBridge: { address, username: 'api', password: 'pw' }, dispatcher: mute });
    this.#ask = ask;
    this.#without = without;
  }

  override async ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    { query = {}, form = [], options }: Detail,
  ): ReturnType<Wire['ask']> {
    const given = [...Object.entries(query), ...form].filter(([, value]) => value !== undefined);
    const fields = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
    const guarded = options.stillWanted !== undefined && !this.#without.has('lease');
    const bridge = indexOf(this.address);
    const empty = this.#isLeftOut(method, path, fields);
    if (empty !== undefined) return { root: elementOf(empty), id: undefined };
    try {
      const said = (await this.#ask({ is: 'request', bridge, method, path, fields, guarded })) as {
        id?: string;
        root?: Element;
      };
      return { root: said.root && elementOf(said.root), id: said.id };
    } catch (answer) {
      throw faultOf(this.address, method, path, answer as Told | { withheld: true });
    }
  }

  /** What is answered without being asked, where a part of the protocol is left out. */
  #isLeftOut(method: string, path: string, { nonMemberAccess }: Record<string, string>): Element | undefined {
    const begins = method === 'GET' && ['open', 'dial'].includes(workInHand()?.step ?? '');
    const isLook =
      (begins && this.#without.has('look for a call') && path === 'calls') ||
      (begins &&
        this.#without.has('look for a room') &&
        /^calls\/[^/]+\/(callLegs|participants)$/.test(path));
    const list = path.split('/').at(-1) ?? '';
    if (isLook) return { name: list, inside: [], attributes: { total: '0' } };
    if (this.#without.has('lock') && nonMemberAccess === 'false') return { name: 'none', inside: '' };
    if (this.#without.has('witnesses') && /participants$|alarms$/.test(path))
      return path === 'system/alarms'
        ? { name: 'alarms', inside: bridgeIds.map(alarmOf), attributes: { total: '2' } }
        : { name: list, inside: [], attributes: { total: '0' } };
    return undefined;
  }
}

function alarmOf(id: string): Element {
  const inside = [
    { name: 'type', inside: 'callBridgeConnectionFailure' },
    { name: 'callBridge', inside: id },
  ];
  return { name: 'alarm', inside, attributes: { id } };
}

function elementOf({ name, attributes = {}, inside }: Element): XmlElement {
  return typeof inside === 'string'
    ? new XmlElement(name, attributes, [], inside)
    : new XmlElement(name, attributes, inside.map(elementOf), '');
}

/** As `cms/answer.ts` would say it. */
function faultOf(callBridge: string, method: string, path: string, answer: Told | { withheld: true }): Error {
  const words = `${method} /api/v1/${path} at ${callBridge}`;
  const kind = 'unreachable';
  if ('withheld' in answer)
    return new CmsFault(`${words}: nobody wants it`, { kind, callBridge, withheld: 'unwanted' });
  if (!('fault' in answer)) return new Error(`${words}: ${JSON.stringify(answer)}`);
  const { fault } = answer;
  if (fault === 'absent')
    return new CmsFault(`${words}: it is gone`, { kind: 'absent', callBridge, status: 404 });
  const sent = method !== 'GET' && fault !== 'refused connection';
  const cause = fault === 'silence' ? new DeadlinePassed('no answer') : new Error(fault);
  return new CmsFault(`${words}: ${fault}`, { kind, callBridge, sent, cause });
}

/** What all processes have agreed on. */
class Sight extends HealthWatch {
  readonly #ambient: () => Ambient;

  constructor(ambient: () => Ambient) {
    super({ probes: [], store: mute, viewer: 'me', onError: () => {} });
    this.#ambient = ambient;
  }

  override get health(): ReadonlyMap<string, Health> {
    return new Map(
      this.#ambient().seen.map(({ is, since = 0 }, i): [string, Health] => {
        const address = addresses[i] ?? '';
        if (is === 'up') return [address, { state: 'up', since: 0, at: since }];
        return [
          address,
          { state: 'down', since, at: since, answeredAt: since, cause: 'unreachable', why: 'silent' },
        ];
      }),
    );
  }

  override isLost(address: string): boolean {
    return this.#ambient().seen[indexOf(address)]?.is === 'lost';
  }
}

/** A store of which these methods ask, and the others do nothing. */
function asking(ask: Asking, methods: readonly string[]): unknown {
  const does = new Map(
    methods.map((name) => [name, (...args: unknown[]) => ask({ is: 'query', does: name, args })]),
  );
  return new Proxy({}, { get: (_, name) => does.get(String(name)) ?? noOperation });
}

export class WorkersParts implements Parts {
  readonly #without: ReadonlySet<Omission>;
  readonly #settings: ConferenceDeps['settings'];

  constructor(scene: Scene, without: readonly Omission[] = []) {
    this.#without = new Set(without);
    const rooms = Object.values(scene.booked).flatMap((booked) => booked.rooms);
    this.#settings = { ...usual, ...conference, sip: new Map(rooms.map((room) => [room, sipOf(room)])) };
  }

  deps(ask: Asking, ambient: () => Ambient): ConferenceDeps {
    const without = this.#without;
    const guard = { stillWanted: () => true, otherwise: () => new Error('it is always wanted') };
    const clients = addresses.map((address) => {
      return new CmsClient({ wire: new AskingWire(address, ask, without), guard });
    });
    const callBridges = new CallBridges([{ config, clients }], new Sight(ambient));
    const members = bridgeIds.map((id) => ({ id, name: id }));
    const discoveries = {
      member: async (_: string, address: string) => members[indexOf(address)],
      all: async () => new Map(),
    };
    const slots = asking(ask, ['holderAt', 'heldBefore', 'unclean', 'markUnclean', 'seenEmpty', 'release']);
    return {
      meetings: asking(ask, ['load', 'saveRun', 'putPlacement', 'note', 'openIn', 'putSeen']),
      slots,
      bridges: {
        space: async () => space,
        clusterStatus: async () => ({ callProfile: 'call-profile', callLegProfile: 'leg-profile' }),
        slotAccess: noOperation,
      },
      ...{ callBridges, discoveries, conference, settings: this.#settings },
      witnesses: new Witnesses(callBridges, discoveries as never),
      presence: { look: async () => ({ isHeld: false }) },
      attendance: { ofMeeting: async () => [] },
      // Redis is always the same.
      heartbeat: { serverSince: () => Number.NEGATIVE_INFINITY },
      policies: new Map(),
      ...{ tickets: mute, metrics: mute, log: mute },
      ...{ happened: noOperation, invite: noOperation, freed: noOperation, ring: noOperation },
      doubtRedis: async () => {
        throw new Error('a record is missing');
      },
    } as unknown as ConferenceDeps;
  }
}
