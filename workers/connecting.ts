/** The clients of all call bridges: for the work itself, and beside them for looking how each one is. */
import type { PeerCertificate } from 'node:tls';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import type { CertificateFact } from '../src/cluster/call-bridge-facts.ts';
import { CmsClient, type Observation } from '../src/cms/client.ts';
import type { Traffic } from '../src/cms/traffic.ts';
import type { ClusterConfig, Config } from '../src/config.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { createDispatcher } from '../src/outbound.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import { CallBridges, speaksAgainst } from './call-bridges.ts';
import { HealthWatch } from './health-watch.ts';

export interface CallBridgesDeps {
  readonly config: Pick<Config, 'clusters' | 'proxy'>;
  readonly store: BridgeStore;
  /** This process. */
  readonly viewer: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Told all that is said in the work itself. */
  readonly record?: (traffic: Traffic) => void;
  /** Takes what must be closed in the end. */
  readonly closers: (() => Promise<unknown>)[];
  /** In place of connections of our own. */
  readonly dispatcher?: Dispatcher;
}

const connectTimeout = 2_000;
/** A call bridge closes a connection after 100. */
const requestsPerConnection = 95;
/** One probe at a time, and a second connection for when the first one hangs. */
const probeConnections = 2;
/** To one call bridge, a socket for events each. */
const eventConnections = 128;

export function connectCallBridges({
  config,
  store,
  viewer,
  metrics,
  log,
  record,
  closers,
  dispatcher: given,
}: CallBridgesDeps): CallBridges {
  const certificates = new Map<string, CertificateFact>();
  const onCertificate = (origin: string, certificate: PeerCertificate) =>
    certificates.set(new URL(origin).origin, certificateFact(certificate));
  const dispatcherFor = ({ ca }: ClusterConfig, width: number) => {
    if (given !== undefined) return given;
    const dispatcher = createDispatcher({
      proxy: config.proxy,
      ...(ca === undefined ? {} : { ca }),
      connections: width,
      connectTimeout,
      requestsPerConnection,
      onCertificate,
    });
    closers.push(() => dispatcher.destroy());
    return dispatcher;
  };
  const count = ({ callBridge, method, took, fault }: Observation) => {
    const outcome = fault === undefined ? 'answered' : speaksAgainst(fault) ? fault.kind : 'denied';
    metrics.cmsRequests.inc({ call_bridge: callBridge, method, outcome });
    metrics.cmsSeconds.observe({ call_bridge: callBridge }, took / 1_000);
  };
  const made = config.clusters.map((cluster) => {
    const [dispatcher, apart] = [
      dispatcherFor(cluster, Math.max(...cluster.callBridges.map(({ requests }) => requests))),
      dispatcherFor(cluster, probeConnections),
    ];
    const clients = cluster.callBridges.map(
      (callBridge) =>
        new CmsClient({
          callBridge,
          dispatcher,
          width: callBridge.requests,
          reasonToSpare: () => callBridges.reasonToSpare(callBridge.address),
          observe: (observation) => {
            count(observation);
            callBridges.observe(observation);
          },
          ...(record && { record }),
        }),
    );
    const probes = cluster.callBridges.map(
      (callBridge) =>
        new CmsClient({ callBridge, dispatcher: apart, width: probeConnections, observe: count }),
    );
    return { cluster: { config: cluster, clients }, probes };
  });
  const onError = (error: unknown) => log.warn({ err: error }, 'health not shared');
  const watch = new HealthWatch({
    probes: made.flatMap(({ probes }) => probes),
    ...{ store, viewer, onError },
    certificate: (address) => certificates.get(address),
  });
  const callBridges = new CallBridges(
    made.map(({ cluster }) => cluster),
    watch,
  );
  return callBridges;
}

/**
 * Connections for the events of call bridges, by the name of the cluster. Beside those for requests, which are given back
 * after each.
 */
export function connectEvents({
  config,
  closers,
}: Pick<CallBridgesDeps, 'config' | 'closers'>): ReadonlyMap<string, Dispatcher> {
  return new Map(
    config.clusters.map(({ name, ca }) => {
      const trust = ca === undefined ? {} : { ca };
      const dispatcher = createDispatcher({
        ...{ ...trust, proxy: config.proxy, connections: eventConnections, connectTimeout },
      });
      closers.push(() => dispatcher.destroy());
      return [name, dispatcher];
    }),
  );
}

/** What is of interest in a certificate. */
export function certificateFact({ valid_to, issuer, subjectaltname = '' }: PeerCertificate): CertificateFact {
  return {
    validTo: Date.parse(valid_to),
    issuer: [issuer.CN ?? issuer.O ?? ''].flat().join(', '),
    names: subjectaltname
      .split(/,\s*/)
      .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
      .filter((name) => name !== ''),
  };
}
