/** The configuration: from a YAML file to a `Config`, with every problem at once. */
import { dirname, resolve } from 'node:path';
import { checkTogether } from './config-checks.ts';
import { interpolate, readMapping } from './config-file.ts';
import { type PemFiles, readCertificates, readPair } from './config-pem.ts';
import { Problems } from './config-problems.ts';
import { isNumberAt, type ParsedConfig, parseConfig, valueAt } from './config-schema.ts';

export interface Config {
  readonly graph: GraphConfig;
  readonly rooms: readonly RoomConfig[];
  /** In order of preference. */
  readonly clusters: readonly ClusterConfig[];
  readonly calendar: CalendarConfig;
  readonly conference: ConferenceConfig;
  /** Undefined: the program starts the machine's own Redis under `dataDir`. */
  readonly redis: { readonly url: string } | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly http: {
    readonly public: ListenerConfig & { readonly tls?: TlsConfig };
    readonly admin: ListenerConfig;
  };
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
  /** From HTTPS_PROXY and NO_PROXY. */
  readonly proxy: { readonly https?: string; readonly no?: string };
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface ListenerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** PEM texts, read when the configuration was. */
export interface TlsConfig {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface GraphConfig {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential:
    | { readonly kind: 'secret'; readonly secret: string }
    | ({ readonly kind: 'certificate' } & TlsConfig);
  /** Without a slash at the end. */
  readonly loginUrl: string;
  readonly apiUrl: string;
  readonly notificationUrl: string;
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
}

export interface RoomConfig {
  /** Lower case. */
  readonly mailbox: string;
  readonly name?: string;
  readonly sip?: string;
}

export interface ClusterConfig {
  readonly name: string;
  readonly domain: string;
  readonly numbers: { readonly base: number; readonly quantity: number };
  readonly slotName: string;
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
  /** In order of preference. */
  readonly callBridges: readonly CallBridgeConfig[];
}

export interface CallBridgeConfig {
  /** An https origin without a path, e.g. `https://cms1.example.com:445`. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

export interface CalendarConfig {
  /** Milliseconds after which a room is read at the latest, notified or not. */
  readonly sweep: number;
}

/** Durations in milliseconds. */
export interface ConferenceConfig {
  readonly setup: number;
  readonly teardown: number;
  readonly lead: number;
  readonly extension: { readonly by: number; readonly times: number };
  readonly passcode: 'none' | 'random';
}

/** Throws `ConfigError` with all problems. Paths in the file are relative to its folder. */
export function loadConfig(file: string, env: NodeJS.ProcessEnv): Config {
  const problems = new Problems();
  const folder = dirname(resolve(file));
  const { value, foreign } = interpolate(readMapping(file), {
    env,
    folder,
    problems,
    wantsNumber: isNumberAt,
  });
  const parsed = parseConfig(value, problems);
  checkTogether(value, folder, problems);
  const pem = readPemFiles(value, { folder, problems, foreign });
  const proxy = readProxy(env, problems);
  problems.throwAny();
  if (parsed === undefined) throw new Error('a configuration without problems was not parsed');
  return assemble(parsed, pem, resolve(folder, parsed.dataDir), proxy);
}

/** Read from the plain values, so that a missing file is told together with what else is wrong. */
function readPemFiles(root: unknown, files: PemFiles) {
  const ca = (path: (string | number)[]) => readCertificates(valueAt(root, path), path, files);
  const pair = (path: string[], kind?: 'rsa') => readPair(valueAt(root, path), path, files, kind);
  const clusters = valueAt(root, ['clusters']);
  return {
    graph: ca(['graph', 'ca']),
    clusters: Array.isArray(clusters) ? clusters.map((_, index) => ca(['clusters', index, 'ca'])) : [],
    client: pair(['graph', 'clientCertificate'], 'rsa'),
    listener: pair(['http', 'public', 'tls']),
  };
}

/** `host:port` alone is taken as an http proxy, as curl does. */
function readProxy(env: NodeJS.ProcessEnv, problems: Problems): Config['proxy'] {
  const name = env.HTTPS_PROXY ? 'HTTPS_PROXY' : 'https_proxy';
  const given = env[name] ?? '';
  const https = given === '' || given.includes('://') ? given : `http://${given}`;
  if (https !== '' && !(URL.canParse(https) && /^https?:\/\//i.test(https))) {
    problems.add(
      [name],
      'expected a proxy such as http://proxy.example.com:3128 in this environment variable',
    );
  }
  const no = env.NO_PROXY || env.no_proxy || '';
  return { ...(https === '' ? {} : { https }), ...(no === '' ? {} : { no }) };
}

function assemble(
  { graph, rooms, clusters, calendar, conference, redis, http, log }: ParsedConfig,
  pem: ReturnType<typeof readPemFiles>,
  dataDir: string,
  proxy: Config['proxy'],
): Config {
  const { tenantId, clientId, clientSecret = '', loginUrl, apiUrl, notificationUrl } = graph;
  return {
    graph: {
      tenantId,
      clientId,
      credential: pem.client
        ? { kind: 'certificate', ...pem.client }
        : { kind: 'secret', secret: clientSecret },
      loginUrl,
      apiUrl,
      notificationUrl,
      ...withCa(pem.graph),
    },
    rooms: rooms.map(({ mailbox, name, sip }) => ({
      mailbox,
      ...(name === undefined ? {} : { name }),
      ...(sip === undefined ? {} : { sip }),
    })),
    clusters: clusters.map(({ name, domain, numbers, slotName, callBridges }, index) => ({
      name,
      domain,
      numbers,
      slotName,
      callBridges,
      ...withCa(pem.clusters[index]),
    })),
    calendar,
    conference,
    redis,
    dataDir,
    http: {
      public: {
        host: http.public.host,
        port: http.public.port,
        ...(pem.listener ? { tls: pem.listener } : {}),
      },
      admin: http.admin,
    },
    log,
    proxy,
  };
}

function withCa(ca: string | undefined): { ca?: string } {
  return ca === undefined ? {} : { ca };
}
