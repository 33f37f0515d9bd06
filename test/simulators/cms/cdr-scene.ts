/** For the simulator's own tests: a cluster whose first bridge sends its call detail records to a listener. */
import { participantOf } from './activation-scene.ts';
import { CdrListener, type ReceivedRecord } from './cdr-listener.ts';
import type { CmsClusterOptions, DialOutcome } from './options.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

const outcomes: Record<string, DialOutcome> = {
  'busy@x.example': 'busy',
  'absent@x.example': 'never-answers',
};

export interface CdrScene extends TestCluster {
  listener: CdrListener;
  /** The id that the listener has as a receiver of the first bridge. */
  receiver: string;
  /** Its number is 8000. */
  space: string;
  /** Adds a receiver to a bridge, the first one where none is named; answers the receiver's id. */
  configure(uri: string, bridge?: number): string;
  /** All records of the bridge, the first one where none is named, are acknowledged. */
  delivered(bridge?: number): Promise<void>;
  /** Somebody dials 8000 at the first bridge; answers the participant. */
  join(name: string, more?: Record<string, string>): string;
  /** Five records, all at once. */
  comeAndGo(name?: string): void;
}

/** What is not acknowledged is sent again soon there, and dialled rooms answer at once. */
export async function openCdrScene(
  options: Partial<CmsClusterOptions> = {},
  tls?: { key: string; cert: string },
): Promise<CdrScene> {
  const listener = await CdrListener.start(tls);
  const cluster = await startTestCluster({
    ...{ answerDelayOfDial: 0, ringingTimeout: 30, dialOutcome: (uri) => outcomes[uri] ?? 'answers' },
    ...options,
    cdr: { pause: 20, patience: 500, ...options.cdr },
  });
  const { cms } = cluster;
  const space = cms.addSpace({ name: 'R & D', uri: '8000', callId: '8000', cdrTag: 'tag' });
  const configure = (uri: string, bridge = 0): string =>
    cms.bridge(bridge).bySomebodyElse('POST', 'system/cdrReceivers', { uri });
  const delivered = async (bridge = 0): Promise<void> => {
    await cms.waitFor(() => cms.bridge(bridge).cdrPending === 0);
  };
  const join = (name: string, more: Record<string, string> = {}): string =>
    participantOf(cms.join('8000', { name, bridge: 0, ...more }));
  const comeAndGo = (name = 'Ann'): void => void cms.leave(join(name));
  const dispose = async (): Promise<void> => {
    await cluster[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  };
  const receiver = configure(listener.uri);
  return {
    ...cluster,
    ...{ listener, receiver, space, configure, delivered, join, comeAndGo },
    [Symbol.asyncDispose]: dispose,
  };
}

/** The records of legs, each with its reason or state. */
export function legs(records: readonly ReceivedRecord[]): string[] {
  return records
    .filter(({ type }) => type.startsWith('callLeg'))
    .map(({ type, body }) => `${type} ${/<(?:reason|state)>(\w+)/.exec(body)?.[1] ?? '-'}`);
}

export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
