/** Paths of participants: a bridge knows everyone in its meetings, and rules over those connected to itself. */
import type { BridgeState, Call, Leg } from './bridge-state.ts';
import { legSummary, participantDetail, participantSummary, type Seat } from './call-pages.ts';
import { findCall, legSchema } from './call-routes.ts';
import { doesNotExist, parameterError, refused } from './failure.ts';
import {
  applyChanges,
  type Changes,
  type Check,
  type Fields,
  flag,
  oneOf,
  readChanges,
  type Schema,
  text,
  whole,
} from './fields.ts';
import { move } from './moving.ts';
import { type Answer, type ApiRequest, created, found, type Routes } from './routes.ts';
import { layout, mutes } from './schemas.ts';
import type { World } from './world.ts';
import { list } from './xml.ts';

const onlyFalse: Check = (value) => (flag(value) === 'false' ? 'false' : undefined);

const everyoneSchema: Schema = {
  ...mutes,
  layout,
  importance: whole(),
  filterIds: text,
  mode: oneOf('exclude', 'selected'),
};

export function participantRoutes(world: World): Routes {
  const { conferences, activation } = world;
  const { release } = world.settings;
  const schema: Schema = {
    ...legSchema,
    callLegProfile: world.profileReferences.callLegProfile,
    callBridge: text,
    ...(release >= 206 ? { movedParticipant: text } : {}),
    // Letting in by hand came with 2.9, sending to the lobby with 3.4.
    ...(release >= 209 ? { deactivated: release >= 304 ? flag : onlyFalse } : {}),
  };
  const listed = (calls: Iterable<Call>, { bridge, query, page }: ApiRequest): Answer => {
    const filter = (query.get('filter') ?? '').toLowerCase();
    const owner = (query.get('callBridgeFilter') ?? '').toLowerCase();
    let items: Iterable<Seat> = seats(calls);
    if (filter !== '') {
      items = [...items].filter(({ leg }) => `${leg.name} ${leg.remoteParty}`.toLowerCase().includes(filter));
    }
    if (owner !== '') items = [...items].filter(({ leg }) => leg.call.bridge.callBridge === owner);
    return found(
      list('participants', items, page('participants'), (seat) => participantSummary(bridge, seat)),
    );
  };
  return {
    participants: {
      GET: (request) => listed(request.bridge.calls.values(), request),
    },
    'calls/*/participants': {
      GET: (request) => listed([findCall(request.bridge, request.ids[0])], request),
      POST: ({ bridge, ids, form }) =>
        created(
          `participants/${add(world, findCall(bridge, ids[0]), readChanges(form, schema, world.ignored)).id}`,
        ),
    },
    'calls/*/participants/*': {
      PUT: ({ bridge, ids, form }) => {
        if (release < 204) throw refused('unrecognisedObject');
        if (ids[1] !== '*') throw refused('invalidOperation');
        changeEveryone(world, findCall(bridge, ids[0]), readChanges(form, everyoneSchema, world.ignored));
        return found();
      },
    },
    'participants/*': {
      GET: ({ bridge, ids }) => found(participantDetail(world.settings, bridge, findSeat(bridge, ids[0]))),
      PUT: ({ bridge, ids, form }) => {
        if (release < 202) throw refused('invalidOperation');
        const { leg } = findSeat(bridge, ids[0]);
        if (leg.call.bridge !== bridge) throw refused('participantCannotBeModified');
        const changes = readChanges(form, schema, world.ignored);
        const deactivated = changes.get('deactivated');
        changes.delete('deactivated');
        applyChanges(leg.fields, changes);
        if (deactivated === 'false') activation.letIn(leg);
        else if (deactivated === 'true') activation.sendOut(leg);
        else activation.settle(leg.call.meeting);
        conferences.altered(leg);
        return found();
      },
      DELETE: ({ bridge, ids }) => {
        const { leg } = findSeat(bridge, ids[0]);
        if (leg.call.bridge !== bridge) throw refused('participantCannotBeDeleted');
        conferences.endLeg(leg, 'apiInitiatedTeardown');
        return found();
      },
    },
    'participants/*/calllegs': {
      GET: ({ bridge, ids, page }) => {
        const { leg } = findSeat(bridge, ids[0]);
        return found(
          list('callLegs', leg.call.bridge === bridge ? [{ leg }] : [], page('callLegs'), legSummary),
        );
      },
    },
  };
}

export function* seats(calls: Iterable<Call>): Generator<Seat> {
  for (const local of calls) {
    for (const call of local.meeting.calls) for (const leg of call.legs.values()) yield { leg, local };
  }
}

function findSeat(bridge: BridgeState, id: string): Seat {
  const wanted = id.toLowerCase();
  const own = bridge.legs.get(wanted);
  if (own !== undefined) return { leg: own, local: own.call };
  for (const seat of seats(bridge.calls.values())) if (seat.leg.id === wanted) return seat;
  throw doesNotExist('participant');
}

function add(world: World, call: Call, changes: Changes): Leg {
  const fields: Fields = new Map();
  applyChanges(fields, changes);
  const take = (name: string): string | undefined => {
    const value = fields.get(name);
    fields.delete(name);
    return value;
  };
  const [remoteParty, moved, owner] = [take('remoteParty'), take('movedParticipant'), take('callBridge')];
  take('bandwidth');
  take('confirmation');
  const isLetIn = take('deactivated') === 'false';
  const target = owner === undefined ? call : callOnBridge(world, call, owner.toLowerCase());
  if (moved === undefined && remoteParty === undefined) throw parameterError('remoteParty');
  const leg =
    moved === undefined
      ? world.dialler.dial(target, remoteParty ?? '', fields)
      : move(world, target, moved, fields);
  if (isLetIn) world.activation.letIn(leg);
  return leg;
}

/** The same meeting on the bridge that was asked for. */
function callOnBridge(world: World, call: Call, owner: string): Call {
  const bridge = world.bridges.find(({ callBridge }) => callBridge === owner);
  if (bridge === undefined) throw doesNotExist('callBridge');
  if (bridge === call.bridge) return call;
  const { space } = call.meeting;
  if (!bridge.alive || space === undefined) throw refused('callBridgeUnavailable');
  return world.conferences.callOf(bridge, space, new Map());
}

function changeEveryone(world: World, call: Call, changes: Changes): void {
  const ids = new Set((changes.get('filterIds') ?? '').split(',').filter(Boolean));
  if (ids.size > 20) throw parameterError('filterIds');
  const selected = changes.get('mode') === 'selected';
  changes.delete('filterIds');
  changes.delete('mode');
  if (changes.has('layout')) changes.set('chosenLayout', changes.get('layout'));
  changes.delete('layout');
  for (const leg of call.legs.values()) {
    if (ids.has(leg.id) !== selected) continue;
    applyChanges(leg.fields, changes);
    world.conferences.altered(leg);
  }
}
