/** Paths of calls and of call legs on the asked bridge. */
import type { BridgeState, Call } from './bridge-state.ts';
import {
  type AnyLeg,
  callDetail,
  callName,
  callSummary,
  legDetail,
  legId,
  legSummary,
} from './call-pages.ts';
import { doesNotExist, parameterError, refused } from './failure.ts';
import {
  applyChanges,
  type Changes,
  type Fields,
  flag,
  oneOf,
  readChanges,
  type Schema,
  text,
  upTo,
  whole,
} from './fields.ts';
import { follow } from './lobby.ts';
import { type Answer, type ApiRequest, created, found, type Routes } from './routes.ts';
import { callLegFields, layout } from './schemas.ts';
import type { World } from './world.ts';
import { list } from './xml.ts';

/** What the release knows: text on the screen, and streaming, came with 2.1. */
function schemaOf(world: World): Schema {
  if (world.settings.release > 200) return callSchema;
  const { messageText: _, messagePosition: __, messageDuration: ___, ...older } = callSchema;
  const refused = () => undefined;
  const unknown = { messageText: refused, messagePosition: refused, messageDuration: refused };
  return { ...older, ...unknown, streaming: refused };
}

/** What a form wants of a call. The reason of the limit became the one of the licence in 3.0. */
function wishes(world: World, form: ApiRequest['form']): Changes {
  const changes = readChanges(form, schemaOf(world), world.ignored);
  const { release, unlicensed } = world.settings;
  for (const what of unlicensed) {
    if (changes.get(what) !== 'true') continue;
    throw refused(`${what}${release >= 300 ? 'NotAllowedByLicensing' : 'LimitReached'}`);
  }
  return changes;
}

const callSchema: Schema = {
  coSpace: text,
  name: text,
  locked: flag,
  recording: flag,
  streaming: flag,
  allowAllMuteSelf: flag,
  allowAllPresentationContribution: flag,
  joinAudioMuteOverride: flag,
  messageText: text,
  messagePosition: oneOf('top', 'middle', 'bottom'),
  messageDuration: (value) => (/^(\d+|permanent)$/.test(value) ? value : undefined),
  activeWhenEmpty: flag,
};

/** Parameters of a leg; `callLegProfile` and the dialled address are added where they apply. */
export const legSchema: Schema = {
  ...callLegFields,
  remoteParty: text,
  bandwidth: whole(),
  confirmation: flag,
  ownerId: text,
  chosenLayout: layout,
  layout,
  dtmfSequence: (value) => (/^[0-9*#,]+$/.test(value) ? value : undefined),
  nameLabelOverride: upTo(50),
  importance: whole(),
};

export function callRoutes(world: World): Routes {
  const { conferences, journal, activation } = world;
  const schema: Schema = { ...legSchema, callLegProfile: world.profileReferences.callLegProfile };

  const dial = (call: Call, { form }: ApiRequest): Answer => {
    const fields: Fields = new Map();
    applyChanges(fields, readChanges(form, schema, world.ignored));
    const remoteParty = fields.get('remoteParty');
    if (remoteParty === undefined) throw parameterError('remoteParty');
    for (const name of ['remoteParty', 'bandwidth', 'confirmation']) fields.delete(name);
    return created(`callLegs/${world.dialler.dial(call, remoteParty, fields).id}`);
  };

  const legs = (calls: Iterable<Call>, { query, page }: ApiRequest): Answer => {
    const filter = (query.get('filter') ?? '').toLowerCase();
    const participant = query.get('participantFilter') ?? '';
    let items: Iterable<AnyLeg> = allLegs(calls);
    if (filter !== '') items = [...items].filter((any) => labelOf(any).includes(filter));
    if (participant !== '') items = [...items].filter((any) => legId(any) === participant.toLowerCase());
    return found(list('callLegs', items, page('callLegs'), legSummary));
  };

  return {
    calls: {
      GET: ({ bridge, query, page }) => {
        const root = list('calls', selectCalls(world, bridge, query), page('calls'), callSummary);
        const answer = found(root);
        // The release candidate sent this list, and only this one, without a prolog.
        return world.settings.release <= 200 ? { ...answer, body: root } : answer;
      },
      POST: ({ bridge, form }) => created(`calls/${openCall(world, bridge, form).id}`),
    },
    'calls/*': {
      GET: ({ bridge, ids }) => found(callDetail(findCall(bridge, ids[0]), journal.now())),
      PUT: ({ bridge, ids, form }) => {
        const call = findCall(bridge, ids[0]);
        const changes = wishes(world, form);
        changes.delete('coSpace');
        applyChanges(call.fields, changes);
        follow(world, call, changes);
        return found();
      },
      DELETE: ({ bridge, ids }) => {
        conferences.endCall(findCall(bridge, ids[0]), 'apiInitiatedTeardown');
        return found();
      },
    },
    'calls/*/calllegs': {
      GET: (request) => legs([findCall(request.bridge, request.ids[0])], request),
      POST: (request) => dial(findCall(request.bridge, request.ids[0]), request),
    },
    calllegs: {
      GET: (request) => legs(request.bridge.calls.values(), request),
    },
    'calllegs/*': {
      GET: ({ bridge, ids }) => found(legDetail(world.settings, findAnyLeg(bridge, ids[0]), journal.now())),
      PUT: ({ bridge, ids, form }) => {
        const any = findAnyLeg(bridge, ids[0]);
        if ('link' in any) throw refused('invalidOperation');
        const changes = readChanges(form, schema, world.ignored);
        for (const name of ['remoteParty', 'bandwidth', 'confirmation']) changes.delete(name);
        applyChanges(any.leg.fields, changes);
        activation.settle(any.leg.call.meeting);
        conferences.altered(any.leg);
        return found();
      },
      DELETE: ({ bridge, ids }) => {
        const any = findAnyLeg(bridge, ids[0]);
        if ('link' in any) throw refused('callLegCannotBeDeleted');
        conferences.endLeg(any.leg, 'apiInitiatedTeardown');
        return found();
      },
    },
  };
}

export function findCall(bridge: BridgeState, id: string): Call {
  const call = bridge.calls.get(id.toLowerCase());
  if (call === undefined) throw doesNotExist('call');
  return call;
}

export function* allLegs(calls: Iterable<Call>): Generator<AnyLeg> {
  for (const call of calls) {
    for (const leg of call.legs.values()) yield { leg };
    for (const [peer, link] of call.links) yield { link, call, peer };
  }
}

function findAnyLeg(bridge: BridgeState, id: string): AnyLeg {
  const leg = bridge.legs.get(id.toLowerCase());
  if (leg !== undefined) return { leg };
  for (const call of bridge.calls.values()) {
    for (const [peer, link] of call.links) if (link === id.toLowerCase()) return { link, call, peer };
  }
  throw doesNotExist('callLeg');
}

function labelOf(any: AnyLeg): string {
  return 'leg' in any
    ? `${any.leg.name} ${any.leg.remoteParty}`.toLowerCase()
    : any.peer.bridge.name.toLowerCase();
}

function openCall(world: World, bridge: BridgeState, form: ApiRequest['form']): Call {
  const changes = wishes(world, form);
  const coSpace = changes.get('coSpace');
  const name = changes.get('name');
  changes.delete('coSpace');
  changes.delete('name');
  const fields: Fields = new Map([['activeWhenEmpty', 'true']]);
  if (coSpace === undefined) {
    if (name === undefined) throw parameterError('coSpace');
    applyChanges(fields, changes);
    return world.conferences.adHocCall(bridge, name, fields);
  }
  const call = world.conferences.callOf(bridge, world.spaces.get(coSpace), fields);
  applyChanges(call.fields, changes);
  follow(world, call, changes);
  return call;
}

function selectCalls(world: World, bridge: BridgeState, query: URLSearchParams): Iterable<Call> {
  const filter = (query.get('filter') ?? '').toLowerCase();
  const coSpace = (query.get('coSpaceFilter') ?? '').toLowerCase();
  let calls: Iterable<Call> = bridge.calls.values();
  if (coSpace !== '') {
    const space = world.spaces.byId.get(coSpace);
    const first = space && bridge.callOfSpace.get(space);
    if (world.settings.repeatedCall === 'existing') calls = first === undefined ? [] : [first];
    else calls = [...calls].filter((call) => call.meeting.space?.id === coSpace);
  }
  if (filter !== '') calls = [...calls].filter((call) => callName(call).toLowerCase().includes(filter));
  return calls;
}
