/**
 * The ways to Redis, as the library that speaks it wants to have them told.
 *
 * In a Redis Cluster every key of ours, and every one of BullMQ's, carries the one tag `{roombridge}`, and so all of them
 * are on one shard. A meeting's record, its timeline, what is due of it and the stream of changes are written in one step;
 * those steps are what everything else rests on, and no division of the keys would leave them whole. One shard is enough
 * (50,000 rooms take a fraction of one core of it), so a Cluster is to us what it is good at beside dividing: another
 * server takes over when one dies. The tag is put before the names as they are, by the library, so that names are the
 * same everywhere, and data of one server stay where they are. Where a script makes up names itself, it makes them of one
 * of its KEYS.
 */
import { rootCertificates } from 'node:tls';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { ClusterRedis, RedisConfig, RedisLogin, RedisNode, RedisTls } from '../config-redis.ts';
import { keyPrefix } from '../queues.ts';

/** A URL, of the program's own server, or what the configuration says. */
export type RedisPlace = string | RedisConfig;

/** BullMQ puts its prefix before its keys itself, and refuses a connection that does so too. */
export type Users = 'stores' | 'queues';

export interface Patience {
  /** Of a connection to one server. */
  readonly connection: Omit<RedisOptions, 'host' | 'port' | 'sentinels' | 'tls'>;
  /** How long commands are kept up while a Cluster has no master for them, in milliseconds. */
  readonly withoutMaster: number;
}

export const clusterTag = '{roombridge}';
/** In a Cluster, a key that is where all of ours are, for connections that put no tag before names. */
export const keyInCluster = `${clusterTag}:${keyPrefix}:epoch`;
/** Milliseconds between two tries of a command for which a Cluster has no master. */
const clusterPause = 100;

/** The prefix to give BullMQ for its keys on this connection. */
export function queuePrefixOn(redis: Pick<Redis, 'isCluster'>): string {
  return redis.isCluster ? `${clusterTag}:${keyPrefix}` : keyPrefix;
}

export function openRedis(
  place: RedisPlace,
  users: Users,
  { connection: wanted, withoutMaster }: Patience,
): Redis {
  // The library's name and version are nobody's need, and one more thing that a user of Redis would have to be allowed.
  const connection = { ...wanted, disableClientInfo: true };
  if (typeof place === 'string') return new Redis(place, connection);
  if ('cluster' in place) return openCluster(place, users, { connection, withoutMaster });
  if ('url' in place) {
    if (place.tls === undefined) return new Redis(place.url, connection);
    // What a URL says of TLS would count before what we say.
    return new Redis(place.url.replace(/^rediss:/i, 'redis:'), { ...connection, tls: tlsOf(place.tls) });
  }
  const { sentinels, database, tls } = place;
  return new Redis({
    ...{ ...connection, ...loginOf(place), name: sentinels.name, db: database },
    sentinels: sentinels.nodes.map(addressOf),
    ...(sentinels.username !== undefined && { sentinelUsername: sentinels.username }),
    ...(sentinels.password !== undefined && { sentinelPassword: sentinels.password }),
    ...(sentinels.tls && { sentinelTLS: tlsOf(sentinels.tls) }),
    ...(tls && { tls: tlsOf(tls), enableTLSForSentinelMode: true }),
    // Not the library's own watch for Sentinels' word of a failover: a word that comes while a connection is being made
    // ends it for good. One that has gone silent is left anyway (`connection.ts`).
    sentinelCommandTimeout: sentinelWait,
    sentinelRetryStrategy: connection.retryStrategy ?? (() => null),
  });
}

const sentinelWait = 2_000;

/** What our stores use of a connection is the same on both. */
function openCluster({ cluster, tls, ...login }: ClusterRedis, users: Users, patience: Patience): Redis {
  const { connection, withoutMaster } = patience;
  const { enableAutoPipelining, enableOfflineQueue, lazyConnect, retryStrategy, ...each } = connection;
  const options: ClusterOptions = {
    ...(users === 'stores' && { keyPrefix: `${clusterTag}:` }),
    ...(enableAutoPipelining !== undefined && { enableAutoPipelining }),
    ...(enableOfflineQueue !== undefined && { enableOfflineQueue }),
    ...(lazyConnect !== undefined && { lazyConnect }),
    clusterRetryStrategy: retryStrategy ?? null,
    maxRedirections: Math.ceil(withoutMaster / clusterPause) + 2,
    retryDelayOnFailover: clusterPause,
    retryDelayOnClusterDown: clusterPause,
    retryDelayOnTryAgain: clusterPause,
    slotsRefreshTimeout: connection.connectTimeout ?? 5_000,
    slotsRefreshInterval: 5_000,
    // As they are told, not by number: a certificate is for a name.
    dnsLookup: (name, callback) => callback(null, name),
    redisOptions: { ...each, ...loginOf(login), ...(tls && { tls: tlsOf(tls) }) },
  };
  return new Cluster(cluster.map(addressOf), options) as unknown as Redis;
}

/** One server by itself, whatever it belongs to. */
export function openNode(
  { host, port }: RedisNode,
  { tls, ...login }: RedisLogin & { readonly tls?: RedisTls },
  connection: Patience['connection'],
): Redis {
  return new Redis({
    ...connection,
    disableClientInfo: true,
    host,
    port,
    ...loginOf(login),
    ...(tls && { tls: tlsOf(tls) }),
  });
}

function addressOf({ host, port }: RedisNode) {
  return { host, port };
}

function loginOf({ username, password }: RedisLogin) {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

function tlsOf({ ca, client }: RedisTls) {
  return {
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(client && { cert: client.certificate, key: client.privateKey }),
  };
}
