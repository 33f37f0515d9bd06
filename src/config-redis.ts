/** Where Redis is: one server, one of those that Sentinels watch, or a Cluster; and what of that does not go together. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import type { TlsConfig } from './config.ts';
import { type Path, type Problems, pathText } from './config-problems.ts';
import {
  another,
  filled,
  hostName,
  list,
  path,
  section,
  string,
  Wrong,
  whole,
  yesNo,
} from './config-values.ts';

/** One of the three. */
export type RedisConfig = OneRedis | WatchedRedis | ClusterRedis;

/** The server at a URL, which says also who we are, and by `rediss` that it speaks TLS. */
export interface OneRedis {
  readonly url: string;
  /** What `rediss` is verified with beside the built-in authorities. */
  readonly tls?: RedisTls;
}

/** The server that Sentinels name. */
export interface WatchedRedis extends RedisLogin {
  readonly sentinels: RedisLogin & {
    /** By which they know it. */
    readonly name: string;
    readonly nodes: readonly RedisNode[];
    /** Where they speak TLS themselves. */
    readonly tls?: RedisTls;
  };
  readonly database: number;
  /** Where the server speaks TLS. */
  readonly tls?: RedisTls;
}

/** Those of whose servers at least one is there when we ask for all the others. */
export interface ClusterRedis extends RedisLogin {
  readonly cluster: readonly RedisNode[];
  readonly tls?: RedisTls;
}

export interface RedisLogin {
  readonly username?: string;
  readonly password?: string;
}

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** PEM texts. */
export interface RedisTls {
  /** Authorities beside the built-in ones. */
  readonly ca?: string;
  /** Our own, where the server asks for one. */
  readonly client?: TlsConfig;
}

export const redisUrl = string('a Redis URL such as redis://127.0.0.1:6379', (value) => {
  if (!/^rediss?:\/\/[^/]/i.test(value) || !URL.canParse(value)) {
    return new Wrong(/^[a-z]+:\/\//i.test(value) ? 'another kind of URL' : 'a text that is not a URL');
  }
  const url = new URL(value);
  if (!/^\/?\d*$/.test(url.pathname)) return new Wrong('one whose database is not a number');
  return url.hostname === '' ? new Wrong('one without a host') : value;
});

const node = string('a host and a port such as redis1.example.com:6379', (value) => {
  if (/^[a-z]+:\/\//i.test(value)) return new Wrong('a URL');
  const [, bracketed, plain = '', port] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(value) ?? [];
  if (bracketed === undefined && !hostName.test(plain)) return another;
  return Number(port) > 0 && Number(port) < 65_536 ? value : new Wrong('one whose port is none');
});
const nodes = list('a list of hosts and ports such as redis1.example.com:6379', node);
const login = { username: filled('a user name').optional(), password: filled('a password').optional() };

export const redisSection = section({
  url: redisUrl.optional(),
  sentinels: section({
    name: filled('the name by which Sentinels know the server, such as mymaster'),
    nodes,
    ...login,
    tls: yesNo.default(false),
  }).optional(),
  cluster: nodes.optional(),
  ...login,
  database: whole('a whole number from 0 to 1000', 0, 1_000).optional(),
  tls: yesNo.optional(),
  ca: path.optional(),
  clientCertificate: section({ certificate: path, privateKey: path }).optional(),
});

/** Adds what does not go together; reads what is there and passes over what is wrong in itself. */
export function checkRedis(redis: unknown, problems: Problems): void {
  if (!isMapping(redis)) return;
  const has = (key: string) => Object.hasOwn(redis, key);
  const ways = ['url', 'sentinels', 'cluster'].filter(has);
  if (ways.length !== 1) {
    const got = ways.length === 0 ? 'none of them' : ways.join(' and ');
    problems.add(['redis'], `expected exactly one of url, sentinels and cluster, got ${got}`);
    return;
  }
  const isUrl = has('url');
  if (isUrl) {
    const said = { username: '', password: '', database: '', tls: 'by rediss://, ' };
    for (const [key, how] of Object.entries(said))
      if (has(key))
        problems.add(
          ['redis', key],
          `redis.url says that itself: ${how}as rediss://user:password@host:port/database`,
        );
  }
  if (has('cluster') && has('database') && redis.database !== 0)
    problems.add(['redis', 'database'], 'a Redis Cluster has database 0 only');
  const speaksTls = isUrl
    ? typeof redis.url !== 'string' || /^rediss:/i.test(redis.url)
    : redis.tls === true || (isMapping(redis.sentinels) && redis.sentinels.tls === true);
  for (const key of ['ca', 'clientCertificate']) {
    if (!has(key) || speaksTls) continue;
    const remedy = isUrl ? 'begin redis.url with rediss://' : 'set redis.tls: true';
    problems.add(['redis', key], `it is of use with TLS only: ${remedy}`);
  }
  refuseNameAlone(redis, ['redis'], problems);
  if (isMapping(redis.sentinels)) refuseNameAlone(redis.sentinels, ['redis', 'sentinels'], problems);
}

function refuseNameAlone(given: Record<string, unknown>, at: Path, problems: Problems): void {
  if (given.username === undefined || given.password !== undefined) return;
  problems.add([...at, 'password'], `expected a password, which ${pathText([...at, 'username'])} needs`);
}

interface Parsed extends RedisLoginParsed {
  readonly url?: string | undefined;
  readonly sentinels?: (RedisLoginParsed & { name: string; nodes: string[]; tls: boolean }) | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly database?: number | undefined;
  readonly tls?: boolean | undefined;
}
interface RedisLoginParsed {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Of a section in which `checkRedis` has found nothing. */
export function redisOf(
  parsed: Parsed,
  pem: { readonly ca: string | undefined; readonly client: TlsConfig | undefined },
): RedisConfig {
  const given: RedisTls = { ...(pem.ca && { ca: pem.ca }), ...(pem.client && { client: pem.client }) };
  const { url, sentinels, cluster, database = 0, tls = false } = parsed;
  if (url !== undefined) return { url, ...(Object.keys(given).length > 0 && { tls: given }) };
  const access = { ...loginOf(parsed), ...(tls && { tls: given }) };
  if (sentinels === undefined) return { cluster: (cluster ?? []).map(nodeOf), ...access };
  const { name, nodes: watching, tls: own } = sentinels;
  const watch = { name, nodes: watching.map(nodeOf), ...loginOf(sentinels), ...(own && { tls: given }) };
  return { sentinels: watch, database, ...access };
}

function loginOf({ username, password }: RedisLoginParsed): RedisLogin {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

function nodeOf(text: string): RedisNode {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
