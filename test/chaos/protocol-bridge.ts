/**
 * Abstract call bridges of one cluster: what a request does there, and what they say. They know one another's people as
 * long as they live, whether we reach them or not.
 */
import type { Request } from './protocol-fibers.ts';
import {
  addresses,
  type Bridge,
  type Call,
  type Key,
  type Leg,
  type Scene,
  type State,
  whose,
} from './protocol-state.ts';

/** An element of an answer: its text, or its children. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly inside: string | readonly Element[];
}

/** How a request ends for who has sent it. */
export type Told =
  | { readonly value: { readonly id: string } | { readonly root: Element } | Record<string, never> }
  | { readonly fault: 'absent' | 'refused connection' | 'broken off' | 'silence' };

export const space = 'space-1';

/** Ids of call bridges, as their peers know them. */
export const bridgeIds = ['bridge-1', 'bridge-2'] as const;

/** Carries a request out, whoever still waits for it. @param how of one that comes late nobody could know */
export function carryOut(
  scene: Scene,
  state: State,
  by: Key | 'census',
  request: Request,
  how: 'in time' | 'late' = 'in time',
): Told {
  const { bridge: i, method, path, fields } = request;
  const bridge = state.bridges[i];
  if (bridge === undefined) throw new Error('there is no such call bridge');
  const [collection, id = '', part] = path.split('/');
  if (method === 'GET') return look(state, bridge, i, path, fields);
  switch (`${method} ${collection}${part === undefined ? '' : ` ${part}`}`) {
    case 'PUT coSpaces': {
      const { nonMemberAccess, name = '', passcode = '' } = fields;
      state.space = { open: nonMemberAccess === 'true', name, passcode, ...lateIf(how) };
      return { value: {} };
    }
    case 'POST calls': {
      const known = bridge.calls[0];
      if (known !== undefined && !scene.makesAnother) return { value: { id: known.id } };
      const call = newCall(state, by as Key, how);
      bridge.calls.push(call);
      return { value: { id: call.id } };
    }
    case 'POST calls callLegs': {
      const call = bridge.calls.find((one) => one.id === id);
      if (call === undefined) return { fault: 'absent' };
      const { remoteParty: sip = '' } = fields;
      const leg: Leg = { id: newId(state, 'leg'), sip, of: whose(scene, sip), ...lateIf(how) };
      watchDial(state, bridge, leg);
      call.legs.push(leg);
      return { value: { id: leg.id } };
    }
    case 'DELETE calls': {
      const call = bridge.calls.find((one) => one.id === id);
      if (call === undefined) return { fault: 'absent' };
      bridge.calls = bridge.calls.filter((one) => one !== call);
      watchDeletion(state, by, bridge, call);
      return { value: {} };
    }
    case 'DELETE callLegs': {
      const call = bridge.calls.find(({ legs }) => legs.some((leg) => leg.id === id));
      if (call === undefined) return { fault: 'absent' };
      call.legs = call.legs.filter((leg) => leg.id !== id);
      return { value: {} };
    }
    default:
      throw new Error(`the abstract call bridge knows no ${method} ${path}`);
  }
}

function newId(state: State, what: string): string {
  state.ids += 1;
  return `${what}-${state.ids}`;
}

function newCall(state: State, by: Key, how: 'in time' | 'late'): Call {
  return { id: newId(state, 'call'), by, since: state.now, legs: [], ...lateIf(how) };
}

function lateIf(how: 'in time' | 'late'): { late?: true } {
  return how === 'late' ? { late: true } : {};
}

/** A room that is in may not be dialled once more, unless nobody could know that it is. */
function watchDial(state: State, bridge: Bridge, { sip, late }: Leg): void {
  if (late === true) return;
  for (const other of state.bridges) {
    if (other.is === 'away') continue;
    const twice = other.calls.flatMap(({ legs }) => legs).find((leg) => leg.sip === sip && leg.late !== true);
    if (twice === undefined) continue;
    // Of a call bridge that none of us reaches the peers know who is on it.
    state.breach ??= `${sip} is dialled on ${nameOf(state, bridge)} while it is in on ${nameOf(state, other)}`;
  }
}

/** A meeting's end must not end the next one. */
function watchDeletion(state: State, by: Key | 'census', bridge: Bridge, { by: maker, legs }: Call): void {
  const next = maker === 'B' && by === 'A';
  if (next && legs.length > 0) state.breach ??= `the end of A hangs up B on ${nameOf(state, bridge)}`;
}

function nameOf(state: State, bridge: Bridge): string {
  return `cms${state.bridges.indexOf(bridge) + 1}`;
}

const element = (name: string, inside: string | readonly Element[], attributes = {}): Element => ({
  ...{ name, inside },
  ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
});

function list(name: string, items: readonly Element[]): Told {
  return { value: { root: element(name, items, { total: String(items.length) }) } };
}

function look(state: State, bridge: Bridge, i: number, path: string, fields: Request['fields']): Told {
  const [collection, id = '', part] = path.split('/');
  const call = bridge.calls.find((one) => one.id === id);
  switch (`${collection}${id === '' ? '' : ' one'}${part === undefined ? '' : ` ${part}`}`) {
    case 'calls': {
      const { coSpaceFilter = space } = fields;
      const calls = coSpaceFilter === space ? bridge.calls : [];
      return list(
        'calls',
        calls.map((one) => element('call', aboutCall, { id: one.id })),
      );
    }
    case 'calls one': {
      if (call === undefined) return { fault: 'absent' };
      const seconds = String(Math.floor((state.now - call.since) / 1_000));
      const legs = String(call.legs.length);
      const counts = [element('durationSeconds', seconds), element('numCallLegs', legs)];
      return {
        value: { root: element('call', [...aboutCall, ...counts, element('numParticipantsLocal', legs)]) },
      };
    }
    case 'calls one callLegs': {
      if (call === undefined) return { fault: 'absent' };
      return list(
        'callLegs',
        call.legs.map((leg) => legOf(leg)),
      );
    }
    case 'calls one participants': {
      if (call === undefined) return { fault: 'absent' };
      return list('participants', everybody(state, i));
    }
    case 'participants':
      return list('participants', bridge.calls.length === 0 ? [] : everybody(state, i));
    case 'callLegs one': {
      const leg = bridge.calls.flatMap(({ legs }) => legs).find((one) => one.id === id);
      if (leg === undefined) return { fault: 'absent' };
      const status = [element('state', 'connected'), element('direction', 'outgoing')];
      return {
        value: { root: element('callLeg', [element('remoteParty', leg.sip), element('status', status)]) },
      };
    }
    case 'coSpaces one': {
      const { open, name, passcode } = state.space;
      const said = [
        element('name', name),
        element('passcode', passcode),
        element('nonMemberAccess', String(open)),
      ];
      return { value: { root: element('coSpace', said) } };
    }
    case 'system one': {
      if (id === 'alarms') return alarms(state, i);
      const seconds = String(Math.floor((state.now - bridge.upSince) / 1_000));
      return { value: { root: element('status', [element('uptimeSeconds', seconds)]) } };
    }
    default:
      throw new Error(`the abstract call bridge knows no GET ${path}`);
  }
}

const aboutCall = [element('coSpace', space), element('callCorrelator', 'one')];

function legOf({ id, sip }: Leg): Element {
  return element('callLeg', [element('remoteParty', sip)], { id });
}

/** All of one space are in one conference, on whichever call bridge; who is on a peer is in the first call here. */
function everybody(state: State, asked: number): Element[] {
  const [first] = state.bridges[asked]?.calls ?? [];
  return state.bridges.flatMap(({ is, calls }, i) =>
    (is === 'away' ? [] : calls).flatMap((call) =>
      call.legs.map(({ id, sip }) => {
        const there = i === asked ? [] : [element('callBridge', bridgeIds[i] ?? '')];
        const inCall = element('call', (i === asked ? call.id : first?.id) ?? '');
        return element('participant', [element('uri', sip), ...there, inCall], { id });
      }),
    ),
  );
}

/** Of peers that it cannot reach itself. */
function alarms(state: State, i: number): Told {
  const lost = state.bridges.flatMap(({ is }, other) =>
    is === 'away' && other !== i
      ? [
          element(
            'alarm',
            [element('type', 'callBridgeConnectionFailure'), element('callBridge', bridgeIds[other] ?? '')],
            { id: `alarm-${other}` },
          ),
        ]
      : [],
  );
  return list('alarms', lost);
}

/** Goes away with all that runs on it, or is cut off from us. */
export function lose(state: State, i: number, how: 'away' | 'cut'): void {
  const bridge = state.bridges[i];
  if (bridge === undefined) return;
  bridge.is = how;
  bridge.silentSince = state.now;
  if (how === 'away') bridge.calls = [];
}

export function comeBack(state: State, i: number): void {
  const bridge = state.bridges[i];
  if (bridge === undefined) return;
  if (bridge.is === 'away') bridge.upSince = state.now;
  bridge.is = 'well';
  if (bridge.seen === 'up') delete bridge.silentSince;
}

export const indexOf = (address: string) => (addresses as readonly string[]).indexOf(address);
