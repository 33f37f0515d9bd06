/** The configuration: from a YAML file to a `Config`, with every problem at once. */
import { dirname, resolve } from 'node:path';
import { type AccessPolicy, accessWays } from './conference/access.ts';
import type { RoomPolicy } from './conference/presence.ts';
import { checkCredential, checkTogether } from './config-checks.ts';
import { interpolate, readMapping } from './config-file.ts';
import { type PemFiles, readCertificates, readLastingPair, readPair } from './config-pem.ts';
import { Problems } from './config-problems.ts';
import { type ProxyConfig, readProxy } from './config-proxy.ts';
import { type RedisConfig, redisOf } from './config-redis.ts';
import {
  accessPolicy,
  isNumberAt,
  type languages,
  type ParsedConfig,
  parseConfig,
  parseGraph,
  valueAt,
} from './config-schema.ts';
import { type AdminListenerConfig, type SignInConfig, signInOf } from './config-signin.ts';
import { type TicketTarget, targetsOf } from './config-tickets.ts';
import { readTracing, type TracingConfig } from './config-tracing.ts';
import type { AskedBy } from './meeting/asking.ts';

export interface Config {
  readonly graph: GraphConfig;
  readonly rooms: readonly RoomConfig[];
  /** In order of preference. */
  readonly clusters: readonly ClusterConfig[];
  readonly calendar: CalendarConfig;
  readonly conference: ConferenceConfig;
  /** Every policy that can be named: one for each way of access, under its name, and those of the file. */
  readonly access: readonly AccessPolicyConfig[];
  readonly invitation: InvitationConfig;
  readonly cdr: CdrConfig;
  /** Undefined: the program starts the machine's own Redis under `dataDir`. */
  readonly redis: RedisConfig | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly http: {
    readonly public: ListenerConfig & { readonly tls?: TlsConfig };
    readonly admin: AdminListenerConfig;
  };
  /** Undefined: whoever reaches the admin listener, which is on loopback then, is an administrator. */
  readonly signIn?: SignInConfig;
  /** Who is told of tickets; undefined for nobody. */
  readonly tickets?: { readonly tell: readonly TicketTarget[] };
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
  /** From HTTPS_PROXY and NO_PROXY. */
  readonly proxy: ProxyConfig;
  /** From OTEL_*; undefined where no traces are wanted. */
  readonly tracing?: TracingConfig | undefined;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface ListenerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** PEM texts, read when the configuration was; those of a listener are read again when their files change. */
export interface TlsConfig {
  readonly certificate: string;
  readonly privateKey: string;
  /** Absolute paths of the certificate's and the key's file, where they may be read again. */
  readonly files?: readonly [certificate: string, privateKey: string];
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
  /** What is hidden of ordinary meetings as it always is of private ones; `organizer` hides the title too. */
  readonly privacy: 'none' | 'title' | 'organizer';
  /** Which of its bookings get a conference; `whenAsked`: those that carry a word or a category of `askedBy`. */
  readonly conference: 'always' | 'whenAsked' | 'never';
  /** Name of the policy of its meetings. */
  readonly access?: string;
  /** For organizers whose own is not known. */
  readonly language?: LanguageTag;
  /** IANA. */
  readonly timeZone?: string;
}

export interface ClusterConfig {
  readonly name: string;
  readonly domain: string;
  /** `hosts`: as many numbers again, for the hosts of a meeting in the slot of the same place in the range. */
  readonly numbers: {
    readonly base: number;
    readonly quantity: number;
    readonly hosts?: { readonly base: number };
  };
  readonly slotName: string;
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
  /** Further ways into its conferences that invitations name, such as telephone numbers. */
  readonly accessNumbers: readonly { readonly name: string; readonly number: string }[];
  /** In order of preference. */
  readonly callBridges: readonly CallBridgeConfig[];
}

export interface CallBridgeConfig {
  /** An https origin without a path, e.g. `https://cms1.example.com:445`. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Requests of one process at once. */
  readonly requests: number;
}

export interface CalendarConfig {
  /** Milliseconds after which a room is read at the latest, notified or not. */
  readonly sweep: number;
  /** Milliseconds ahead for which occurrences of series are held. */
  readonly horizon: number;
  /** Time of day (UTC, `HH:MM`) from which each room is compared whole, once a night. */
  readonly audit: string;
}

/** Durations in milliseconds. */
export interface ConferenceConfig {
  readonly setup: number;
  readonly teardown: number;
  readonly lead: number;
  /** Before the setup: what a start needs is looked at; 0 for at `lead` only. */
  readonly preflight: number;
  readonly extension: ExtensionConfig;
  readonly passcode: 'none' | 'random';
  /** Digits. */
  readonly passcodeLength: number;
  /** Name of the policy of meetings whose rooms name none. */
  readonly access: string;
  /** What asks for a conference in a room that has one only when asked. */
  readonly askedBy: AskedBy;
  /** Whether a meeting that carries the link of another service gets a conference as well. */
  readonly onlineMeetings: 'also' | 'leave';
  /** Where people find themselves who join before the start. */
  readonly earlyJoin: 'open' | 'lobby';
  /** Of a conference that nobody is in: after how long it is given back (0: never), and whether its rooms are as well. */
  readonly release: { readonly after: number; readonly room: boolean };
  /** For how long it is kept who was in; 0: not beyond the end. */
  readonly attendance: number;
}

/** Who may come in, and as what; a meeting that asks for it by a word or a category has it whatever its rooms say. */
export interface AccessPolicyConfig extends AccessPolicy {
  readonly askedBy: AskedBy;
}

/** How a conference goes on beyond its end while people are in it. Durations in milliseconds. */
export interface ExtensionConfig {
  readonly by: number;
  readonly times: number;
  /** Whether a room's endpoint that is alone counts as somebody. */
  readonly rooms: RoomPolicy;
  /** SIP addresses that are nobody. */
  readonly ignore: readonly string[];
  /** Whether the rooms' calendars show how long it goes on. */
  readonly roomCalendar: boolean;
  /** How long before an end that cannot be put off the people in it are told so. */
  readonly warnings: readonly number[];
}

/** The call detail records that call bridges send. */
export interface CdrConfig {
  readonly receive: boolean;
  /** Where call bridges reach the public listener; the address that Graph calls when left out. */
  readonly url?: string;
  /** Networks and addresses that records may come from; empty for all. */
  readonly from: readonly string[];
}

export type LanguageTag = (typeof languages)[number];

/** How organizers are told. */
export interface InvitationConfig {
  /** Each is tried before the next; `mail` only where `mail` says from whom. */
  readonly ways: readonly ('event' | 'mail' | 'reply')[];
  /** The mailbox that mails come from. */
  readonly mail?: { readonly from: string };
  /** For organizers of whom nothing is known. */
  readonly language: LanguageTag;
  /** IANA. */
  readonly timeZone: string;
  /** What people can do when joining fails: a sentence, an address or a telephone number. */
  readonly help?: string;
  /** Absolute path of the folder of an administrator's own texts. */
  readonly templates?: string;
  /** What is told only where it is wanted. */
  readonly alsoTell: readonly ('extended' | 'ended-at-limit')[];
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
  return assemble(parsed, pem, folder, { proxy, token: env.ROOMBRIDGE_TOKEN, tracing: readTracing(env) });
}

/** What one needs to ask Graph before there are rooms and clusters to name: the file may lack all but `graph`. */
export function loadGraphConfig(file: string, env: NodeJS.ProcessEnv): Pick<Config, 'graph' | 'proxy'> {
  const problems = new Problems();
  const folder = dirname(resolve(file));
  const plain = { graph: readMapping(file).graph };
  const { value, foreign } = interpolate(plain, { env, folder, problems, wantsNumber: isNumberAt });
  const parsed = parseGraph({ graph: valueAt(value, ['graph']) }, problems);
  checkCredential(value, problems);
  const pem = readPemFiles(value, { folder, problems, foreign });
  const proxy = readProxy(env, problems);
  problems.throwAny();
  if (parsed === undefined) throw new Error('a configuration without problems was not parsed');
  return { graph: graphOf(parsed, pem), proxy };
}

/** Read from the plain values, so that a missing file is told together with what else is wrong. */
function readPemFiles(root: unknown, files: PemFiles) {
  const ca = (path: (string | number)[]) => readCertificates(valueAt(root, path), path, files);
  const pair = (path: string[], kind?: 'rsa') => readPair(valueAt(root, path), path, files, kind);
  const lasting = (path: string[]) => readLastingPair(valueAt(root, path), path, files);
  const clusters = valueAt(root, ['clusters']);
  const tell = valueAt(root, ['tickets', 'tell']);
  return {
    graph: ca(['graph', 'ca']),
    clusters: Array.isArray(clusters) ? clusters.map((_, index) => ca(['clusters', index, 'ca'])) : [],
    told: Array.isArray(tell) ? tell.map((_, index) => ca(['tickets', 'tell', index, 'ca'])) : [],
    client: pair(['graph', 'clientCertificate'], 'rsa'),
    listener: lasting(['http', 'public', 'tls']),
    admin: lasting(['http', 'admin', 'tls']),
    redis: { ca: ca(['redis', 'ca']), client: pair(['redis', 'clientCertificate']) },
    provider: { ca: ca(['signIn', 'ca']), client: pair(['signIn', 'clientCertificate'], 'rsa') },
  };
}

function assemble(
  { graph, rooms, clusters, calendar, conference, access, invitation, ...rest }: ParsedConfig,
  pem: ReturnType<typeof readPemFiles>,
  folder: string,
  { proxy, token, tracing }: Pick<Config, 'proxy' | 'tracing'> & { readonly token: string | undefined },
): Config {
  const { cdr, redis, dataDir, http, log, signIn, tickets } = rest;
  const tokenFile = signIn === undefined ? undefined : resolve(folder, dataDir, 'admin-token');
  return {
    graph: graphOf(graph, pem),
    rooms: rooms.map((room) => given(room)),
    clusters: clusters.map(({ ca: _, ...cluster }, index) => ({
      ...{ ...cluster, numbers: given(cluster.numbers) },
      ...withCa(pem.clusters[index]),
    })),
    calendar,
    conference,
    access: [...access, ...standardPolicies(access.map(({ name }) => name))],
    invitation: given({
      ...invitation,
      templates: invitation.templates === undefined ? undefined : resolve(folder, invitation.templates),
    }),
    cdr: given(cdr),
    redis: redis && redisOf(redis, pem.redis),
    dataDir: resolve(folder, dataDir),
    http: {
      public: {
        host: http.public.host,
        port: http.public.port,
        ...(pem.listener ? { tls: pem.listener } : {}),
      },
      admin: given({ ...http.admin, tls: pem.admin, tokenFile, token: token || undefined }),
    },
    ...(signIn && { signIn: signInOf(signIn, pem.provider, graph.loginUrl) }),
    ...(tickets && { tickets: { tell: targetsOf(tickets, pem.told) } }),
    log,
    proxy,
    ...(tracing && { tracing }),
  };
}

/** Each way of access under its own name, unless the file has a policy of that name. */
export function standardPolicies(taken: readonly string[] = []): AccessPolicyConfig[] {
  const left = accessWays.filter((way) => !taken.includes(way));
  return left.map((way) => accessPolicy.parse({ name: way, way }));
}

function graphOf(
  graph: ParsedConfig['graph'],
  pem: Pick<ReturnType<typeof readPemFiles>, 'graph' | 'client'>,
): GraphConfig {
  const { tenantId, clientId, clientSecret = '', loginUrl, apiUrl, notificationUrl } = graph;
  return {
    tenantId,
    clientId,
    credential: pem.client
      ? { kind: 'certificate', ...pem.client }
      : { kind: 'secret', secret: clientSecret },
    loginUrl,
    apiUrl,
    notificationUrl,
    ...withCa(pem.graph),
  };
}

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys that have no value. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

function withCa(ca: string | undefined): { ca?: string } {
  return ca === undefined ? {} : { ca };
}
