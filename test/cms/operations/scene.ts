/** For the tests of what operators do: a conference on two simulated call bridges, and clients that drive them. */
import { CmsClient } from '../../../src/cms/client.ts';
import { CmsFault } from '../../../src/cms/fault.ts';
import { type Refusal, refusalOf } from '../../../src/cms/operations/refusal.ts';
import { createDispatcher } from '../../../src/outbound.ts';
import { CmsCluster } from '../../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../../simulators/cms/options.ts';
import { ca, issue } from '../raw-bridge.ts';

export interface Scene extends AsyncDisposable {
  readonly cms: CmsCluster;
  /** Of the first and of the second call bridge. */
  readonly clients: readonly [CmsClient, CmsClient];
  /** The conference 8000 on both. */
  readonly calls: readonly [string, string];
  /** A call of its own on that call bridge, in a space with such a call profile. */
  openAnother(bridge?: number, profile?: Readonly<Record<string, string>>): string;
  /** Somebody dials 8000; the answer is their id. */
  join(name: string, bridge?: number, more?: { readonly userJid?: string }): string;
  /** What holds for a leg. */
  field(id: string, name: string): string | undefined;
  /** Names of those who are connected to that call bridge. */
  namesOn(bridge: number): string[];
  /** What was written to the call bridges since it was last asked: `PUT calls/<id>/participants/* a=1`. */
  writes(): string[];
}

export async function openScene(options: Partial<CmsClusterOptions> = {}): Promise<Scene> {
  const login = { username: 'apiadmin', password: 'secret' };
  const cms = await CmsCluster.start({
    tls: issue(['localhost']),
    callBridges: [
      { name: 'CB1', ...login },
      { name: 'CB2', ...login },
    ],
    answerDelayOfDial: 0,
    ...options,
  });
  const dispatcher = createDispatcher({ proxy: {}, ca, connections: 8, connectTimeout: 2_000 });
  const client = (bridge: number): CmsClient =>
    new CmsClient({ callBridge: { address: cms.bridge(bridge).url, ...login }, dispatcher, deadline: 5_000 });
  const openCall = (bridge: number, coSpace: string) =>
    cms.bridge(bridge).bySomebodyElse('POST', 'calls', { coSpace });
  const space = cms.addSpace({ name: 'Budget', uri: '8000', callId: '8000' });
  const calls = [openCall(0, space), openCall(1, space)] as const;
  let others = 0;
  return {
    cms,
    clients: [client(0), client(1)],
    calls,
    openAnother(bridge = 0, profile = {}) {
      const callProfile = cms.bridge(0).bySomebodyElse('POST', 'callProfiles', profile);
      others += 1;
      return openCall(bridge, cms.addSpace({ name: 'Other', uri: `${9000 + others}`, callProfile }));
    },
    join(name, bridge = 0, more = {}) {
      const joined = cms.join('8000', { name, bridge, ...more });
      if (!joined.joined) throw new Error(joined.reason);
      return joined.participant;
    },
    field: (id, name) => cms.bridges.map((bridge) => bridge.legField(id, name)).find(Boolean),
    namesOn: (bridge) =>
      cms
        .bridge(bridge)
        .legs()
        .map(({ name }) => name),
    writes() {
      const writes = cms.log.filter(({ method }) => method !== 'GET');
      const said = writes.map(({ method, path, form }) => {
        const fields = form.map(([name, value]) => ` ${name}=${value}`).join('');
        return `${method} ${path.replace('/api/v1/', '')}${fields}`;
      });
      cms.clearLog();
      return said;
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await cms.stop();
    },
  };
}

/** The refusal that it ends in; throws where it does not. */
export async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  const outcome = await promise.catch((error: unknown) => error);
  if (!(outcome instanceof CmsFault)) throw new Error('was not refused', { cause: outcome });
  return refusalOf(outcome);
}
