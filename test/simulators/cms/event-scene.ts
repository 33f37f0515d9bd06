/** For the simulator's own tests: a cluster, a space whose first call bridge tells of its events, and what to subscribe to. */
import { participantOf } from './activation-scene.ts';
import type { CmsBridge } from './bridge.ts';
import { EventClient, type Message, type Wished } from './event-client.ts';
import type { CmsClusterOptions } from './options.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

export interface EventScene extends TestCluster {
  /** The first one. */
  bridge: CmsBridge;
  /** Its number is 8000, its name Budget. */
  space: string;
  /** Of the first bridge where none is named. */
  token(at?: CmsBridge): Promise<string>;
  enter(at?: CmsBridge): Promise<EventClient>;
  /** At the first bridge; answers the call. */
  openCall(): Promise<string>;
  /** Somebody dials 8000 at the first bridge, or that one; answers the participant. */
  join(name: string, at?: number): string;
}

export async function openEventScene(options: Partial<CmsClusterOptions> = {}): Promise<EventScene> {
  const cluster = await startTestCluster({ answerDelayOfDial: 40, ...options });
  const { cms, call } = cluster;
  const bridge = cms.bridge(0);
  const space = cms.addSpace({ name: 'Budget', uri: '8000', callId: '8000' });
  const token = async (at = bridge): Promise<string> => {
    const { headers } = await call('POST', 'authTokens', { bridge: at, form: '' });
    return String(headers['x-cisco-cms-auth-token']);
  };
  const enter = async (at = bridge): Promise<EventClient> =>
    await EventClient.open(at, await token(at), cluster);
  const openCall = async (): Promise<string> =>
    (await call('POST', 'calls', { form: { coSpace: space } })).id;
  const join = (name: string, at = 0): string => participantOf(cms.join('8000', { name, bridge: at }));
  return { ...cluster, bridge, space, token, enter, openCall, join };
}

export const calls: Wished = {
  ...{ index: 3, type: 'calls' },
  elements: ['name', 'participants', 'lockState', 'callCorrelator'],
};

export function infoOf(call: string, index = 2): Wished {
  const activities = ['recording', 'lockState', 'joinAudioMuteOverride'];
  const elements = ['name', 'participants', 'distributedInstances', ...activities];
  return { index, type: 'callInfo', call, elements };
}

export function rosterOf(call: string, index = 1): Wished {
  const who = [
    'name',
    'uri',
    'state',
    'direction',
    'canMove',
    'movedParticipant',
    'movedParticipantCallBridge',
  ];
  const elements = [...who, 'audioMuted', 'videoMuted', 'importance', 'layout'];
  return { index, type: 'callRoster', call, elements };
}

/** A subscriptionUpdate as it is to be. */
export function states(...entries: [number, string][]): object {
  return {
    type: 'subscriptionUpdate',
    subscriptions: entries.map(([index, state]) => ({ index, state })),
  };
}

export function updatesOf({ updates }: Message): object[] {
  return updates as object[];
}
