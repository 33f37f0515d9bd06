/** What a bridge says of itself: status, alarms, load, cluster and database. */

import { randomUUID } from 'node:crypto';
import type { BridgeState } from './bridge-state.ts';
import { seconds } from './call-pages.ts';
import { applyChanges, readChanges, renderFields, type Schema, text, whole } from './fields.ts';
import { created, found, type Routes } from './routes.ts';
import type { World } from './world.ts';
import { element, escapeXml, list, object } from './xml.ts';

const clusterSchema: Schema = {
  uniqueName: text,
  peerLinkBitRate: whole(),
  participantLimit: whole(),
  loadLimit: whole(),
  newConferenceLoadLimitBasisPoints: whole(0, 10_000),
  existingConferenceLoadLimitBasisPoints: whole(0, 10_000),
  maxPeerVideoStreams: whole(),
};

export function systemRoutes(world: World): Routes {
  const profiles: Schema = { ...world.profileReferences };
  const { mostReceivers } = world.settings;
  return {
    'system/status': { GET: ({ bridge }) => found(status(world, bridge)) },
    'system/alarms': {
      GET: ({ bridge, page }) => {
        const alarms = [
          ...peerAlarms(world, bridge),
          ...cdrAlarms(world, bridge),
          ...ownAlarms(world, bridge),
        ];
        return found(list('alarms', alarms, page('others'), (alarm) => alarm));
      },
    },
    'system/load': {
      GET: ({ bridge }) => found(`<load>${element('mediaProcessingLoad', bridge.legs.size * 25)}</load>`),
    },
    'system/configuration/cluster': {
      GET: ({ bridge }) =>
        found(`<cluster>${renderFields(bridge.cluster, Object.keys(clusterSchema))}</cluster>`),
      PUT: ({ bridge, form }) => {
        applyChanges(bridge.cluster, readChanges(form, clusterSchema, world.ignored));
        return found();
      },
    },
    'system/profiles': {
      GET: () => found(`<profiles>${renderFields(world.systemProfiles, Object.keys(profiles))}</profiles>`),
      PUT: ({ form }) => {
        applyChanges(world.systemProfiles, readChanges(form, profiles, world.ignored));
        world.activation.settleAll();
        return found();
      },
    },
    'system/licensing': { GET: () => found(licensing) },
    'system/cdrreceivers': {
      GET: ({ bridge: { cdrReceivers }, page }) =>
        found(cdrReceivers.list(page('others')).replace('">', `" maximum="${mostReceivers}">`)),
      POST: ({ bridge, form }) => {
        const path = bridge.cdrReceivers.create(form);
        world.cdr.settle(bridge);
        return created(`system/${path}`);
      },
    },
    'system/cdrreceivers/*': {
      GET: ({ bridge, ids }) => found(bridge.cdrReceivers.detail(ids[0])),
      PUT: ({ bridge, ids, form }) => {
        bridge.cdrReceivers.update(ids[0], form);
        world.cdr.settle(bridge);
        return found();
      },
      DELETE: ({ bridge, ids }) => {
        bridge.cdrReceivers.remove(ids[0]);
        world.cdr.settle(bridge);
        return found();
      },
    },
    'system/database': { GET: ({ bridge }) => found(database(world, bridge)) },
  };
}

function status({ settings, journal, clusterId, cdr }: World, bridge: BridgeState): string {
  const now = journal.now();
  const { release } = settings;
  const active = bridge.legs.size;
  const rate = active * 64_000;
  const body =
    element('hostId', release >= 206 ? bridge.hostId : undefined) +
    element('softwareVersion', settings.softwareVersion) +
    element('uptimeSeconds', seconds(bridge.startedAt, now)) +
    element('cdrTime', `${new Date(now + bridge.clockAhead).toISOString().slice(0, 19)}Z`) +
    element('activated', true) +
    element('clusterEnabled', !settings.standalone) +
    element('clusterId', release >= 300 ? clusterId : undefined) +
    element('cdrCorrelatorIndex', release >= 202 ? cdr.nextIndex(bridge) : undefined) +
    element('callLegsActive', active) +
    element('callLegsMaxActive', bridge.callLegsMaxActive) +
    element('callLegsCompleted', bridge.callLegsCompleted) +
    element('audioBitRateOutgoing', rate) +
    element('audioBitRateIncoming', rate) +
    element('videoBitRateOutgoing', rate * 30) +
    element('videoBitRateIncoming', rate * 30);
  return `<status>${body}</status>`;
}

function* peerAlarms({ bridges, journal }: World, bridge: BridgeState): Generator<string> {
  for (const peer of bridges) {
    if ((peer.alive && !peer.isolated) || peer === bridge) {
      bridge.alarms.delete(peer.name);
      continue;
    }
    const alarm = bridge.alarms.get(peer.name) ?? { id: randomUUID(), since: journal.now() };
    bridge.alarms.set(peer.name, alarm);
    yield object(
      'alarm',
      alarm.id,
      element('type', 'callBridgeConnectionFailure') +
        element('activeTimeSeconds', seconds(alarm.since, journal.now())) +
        element('failureReason', 'connectFailure') +
        element('callBridge', peer.callBridge) +
        element('callBridgeName', peer.name),
    );
  }
}

function cdrAlarms({ cdr, journal }: World, bridge: BridgeState): string[] {
  return cdr.alarms(bridge).map(({ id, since, failureReason }) => {
    const age = element('activeTimeSeconds', seconds(since, journal.now()));
    const type = element('type', 'cdrConnectionFailure');
    return object('alarm', id, type + age + element('failureReason', failureReason));
  });
}

function ownAlarms({ journal }: World, { ownAlarms: alarms }: BridgeState): string[] {
  return alarms.map(({ id, type, since, details }) => {
    const more = Object.entries(details).map(([name, value]) => element(name, value));
    const age = element('activeTimeSeconds', seconds(since, journal.now()));
    return object('alarm', id, element('type', type) + age + more.join(''));
  });
}

const licensed = (feature: string, expiry?: string) =>
  `<${feature}>${element('status', expiry === undefined ? 'noLicense' : 'activated')}${element('expiry', expiry)}</${feature}>`;
const licensing = `<licensing><features>${licensed('callBridge', '2099-Dec-31')}${licensed('recording')}</features></licensing>`;

function database({ settings, bridges }: World, bridge: BridgeState): string {
  if (settings.standalone) return '<database clustered="disabled"></database>';
  const nodes = bridges.map(
    (peer, index) =>
      `<node hostname="${escapeXml(peer.name)}" up="${peer.alive}" syncBehind="${peer.alive ? peer.databaseBehind : -1}" master="${index === 0}"></node>`,
  );
  const cluster = element('totalNodes', nodes.length) + element('nodeInUse', bridge.name) + nodes.join('');
  return `<database clustered="enabled"><cluster>${cluster}</cluster></database>`;
}
