/** What is to be said of a Redis server by its INFO: whether it can serve us, and what it may lose. */
import { type Finding, failed, ok, warning } from './check-report.ts';

export interface Standing {
  /** Alone, or such that another takes its place. */
  readonly way: 'one' | 'watched' | 'cluster';
  /** Path of the configuration's key of the address. */
  readonly addressKey: string;
}

/** What BullMQ asks for. */
const oldest = [6, 2] as const;

export function judgeInfo(what: string, info: string, how: string, { way }: Standing): Finding[] {
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = fact('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const valkey = fact('valkey_version');
  const name = valkey === undefined ? version : `Valkey ${valkey}`;
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return [
      failed(
        what,
        `is ${name || 'of an unknown version'}`,
        `use Redis ${oldest.join('.')} or newer, or Valkey`,
      ),
    ];
  }
  if (way !== 'cluster' && fact('cluster_enabled') === '1') {
    const remedy = 'name some of its nodes in redis.cluster instead';
    return [failed(what, `${name}, a node of a Redis Cluster, which has only some of the keys`, remedy)];
  }
  if (fact('role') === 'slave') {
    const remedy =
      way === 'one' ? 'name its primary in redis.url, or who watches both in redis.sentinels' : 'check again';
    return [failed(what, `${name}, a replica, which takes no writes`, remedy)];
  }
  const findings = [ok(what, `${name}, ${how}`)];
  const policy = fact('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    const detail = `maxmemory-policy is ${policy}: when memory is short, jobs and meetings are thrown away`;
    findings.push(warning(what, detail, 'set maxmemory-policy noeviction'));
  }
  if (fact('aof_enabled') === '0') {
    const detail =
      'appendonly is off: its restart loses what came after the last snapshot, and it is rebuilt from Exchange';
    findings.push(warning(what, detail, 'set appendonly yes'));
  }
  return [...findings, ...replicasOf(what, fact, way)];
}

/** `min_slaves_good_slaves` is there only where `min-replicas-to-write` is set. */
function replicasOf(
  what: string,
  fact: (name: string) => string | undefined,
  way: Standing['way'],
): Finding[] {
  const replicas = Number(fact('connected_slaves') ?? 0);
  const good = fact('min_slaves_good_slaves');
  if (good === '0') {
    const detail = 'takes no writes while no replica follows it, as min-replicas-to-write wants';
    return [failed(what, detail, 'see that its replicas run and reach it')];
  }
  if (replicas === 0) {
    if (way === 'one') return [];
    return [warning(what, 'no replica follows it, so nothing can take its place', 'give it a replica')];
  }
  if (good !== undefined) return [];
  const many = replicas === 1 ? 'a replica' : `${replicas} replicas`;
  const detail = `has ${many}, and takes writes also while cut off from them, which are lost when one takes its place`;
  return [warning(what, detail, 'set min-replicas-to-write 1 and min-replicas-max-lag 10')];
}
