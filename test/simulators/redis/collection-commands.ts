/** Commands about hashes, sets and lists. */
import type { Keyspace } from './keyspace.ts';
import { ok, RedisError, type Reply } from './reply.ts';
import { at, type Command, integer, matching } from './text-commands.ts';

const hset: Command = (keys, [key = '', ...rest]) => {
  const hash = keys.make(key, 'hash');
  let added = 0;
  for (let i = 0; i < rest.length; i += 2) {
    const field = at(rest, i);
    if (!hash.has(field)) added += 1;
    hash.set(field, at(rest, i + 1));
  }
  return added;
};

const hashOf = (keys: Keyspace, key = '') => keys.get(key, 'hash') ?? new Map<string, string>();
const setOf = (keys: Keyspace, key = '') => keys.get(key, 'set') ?? new Set<string>();
const listOf = (keys: Keyspace, key = '') => keys.get(key, 'list') ?? [];

const hashes: Readonly<Record<string, Command>> = {
  hset,
  hmset: (keys, args) => {
    hset(keys, args);
    return ok;
  },
  hsetnx: (keys, [key = '', field = '', value = '']) => {
    if (hashOf(keys, key).has(field)) return 0;
    return hset(keys, [key, field, value]);
  },
  hget: (keys, [key, field = '']) => hashOf(keys, key).get(field) ?? null,
  hmget: (keys, [key, ...fields]) => {
    const hash = hashOf(keys, key);
    return fields.map((field) => hash.get(field) ?? null);
  },
  hgetall: (keys, [key]) => [...hashOf(keys, key)].flat(),
  hkeys: (keys, [key]) => [...hashOf(keys, key).keys()],
  hvals: (keys, [key]) => [...hashOf(keys, key).values()],
  hlen: (keys, [key]) => hashOf(keys, key).size,
  hexists: (keys, [key, field = '']) => (hashOf(keys, key).has(field) ? 1 : 0),
  hdel: (keys, [key = '', ...fields]) => {
    const hash = hashOf(keys, key);
    const gone = fields.filter((field) => hash.delete(field)).length;
    keys.tidy(key);
    return gone;
  },
  hincrby: (keys, [key = '', field = '', by]) => {
    const value = integer(hashOf(keys, key).get(field) ?? '0') + integer(by);
    hset(keys, [key, field, String(value)]);
    return value;
  },
  hscan: (keys, [key, _, ...rest]) => {
    const hash = hashOf(keys, key);
    return ['0', matching([...hash.keys()], rest).flatMap((field) => [field, hash.get(field) ?? ''])];
  },
};

const sets: Readonly<Record<string, Command>> = {
  sadd: (keys, [key = '', ...members]) => {
    const set = keys.make(key, 'set');
    const before = set.size;
    for (const member of members) set.add(member);
    return set.size - before;
  },
  srem: (keys, [key = '', ...members]) => {
    const set = setOf(keys, key);
    const gone = members.filter((member) => set.delete(member)).length;
    keys.tidy(key);
    return gone;
  },
  smembers: (keys, [key]) => [...setOf(keys, key)],
  sismember: (keys, [key, member = '']) => (setOf(keys, key).has(member) ? 1 : 0),
  smismember: (keys, [key, ...members]) => members.map((member) => (setOf(keys, key).has(member) ? 1 : 0)),
  scard: (keys, [key]) => setOf(keys, key).size,
  sscan: (keys, [key, _, ...rest]) => ['0', matching([...setOf(keys, key)], rest)],
};

/** Places as Redis counts them, from the end if negative. */
export function range(
  length: number,
  from: string | undefined,
  to: string | undefined,
): [from: number, end: number] {
  const [first, last] = [integer(from), integer(to)];
  return [
    first < 0 ? Math.max(0, length + first) : first,
    (last < 0 ? length + last : Math.min(last, length - 1)) + 1,
  ];
}

function push(where: 'left' | 'right'): Command {
  return (keys, [key = '', ...values]) => {
    const list = keys.make(key, 'list');
    for (const value of values) where === 'left' ? list.unshift(value) : list.push(value);
    return list.length;
  };
}

function pop(where: 'left' | 'right'): Command {
  return (keys, [key = '', count]) => {
    const list = keys.get(key, 'list');
    if (list === undefined) return null;
    const taken: string[] = [];
    for (let i = count === undefined ? 1 : integer(count); i > 0 && list.length > 0; i -= 1)
      taken.push((where === 'left' ? list.shift() : list.pop()) ?? '');
    keys.tidy(key);
    return count === undefined ? (taken[0] ?? null) : taken;
  };
}

const move: Command = (keys, [from = '', to = '', out = 'RIGHT', into = 'LEFT']) => {
  const value: Reply = pop(out.toUpperCase() === 'LEFT' ? 'left' : 'right')(keys, [from]);
  if (typeof value === 'string') push(into.toUpperCase() === 'LEFT' ? 'left' : 'right')(keys, [to, value]);
  return value;
};

const lists: Readonly<Record<string, Command>> = {
  lpush: push('left'),
  rpush: push('right'),
  lpop: pop('left'),
  rpop: pop('right'),
  lmove: move,
  rpoplpush: (keys, [from = '', to = '']) => move(keys, [from, to]),
  llen: (keys, [key]) => listOf(keys, key).length,
  lrange: (keys, [key, from, to]) => {
    const list = listOf(keys, key);
    return list.slice(...range(list.length, from, to));
  },
  lindex: (keys, [key, place]) => listOf(keys, key).at(integer(place)) ?? null,
  lset: (keys, [key, place, value = '']) => {
    const list = listOf(keys, key);
    const index = integer(place) < 0 ? list.length + integer(place) : integer(place);
    if (list[index] === undefined) throw new RedisError('ERR index out of range');
    list[index] = value;
    return ok;
  },
  ltrim: (keys, [key = '', from, to]) => {
    const list = listOf(keys, key);
    list.splice(0, list.length, ...list.slice(...range(list.length, from, to)));
    keys.tidy(key);
    return ok;
  },
  lrem: (keys, [key = '', count, value]) => {
    const list = listOf(keys, key);
    const most = Math.abs(integer(count)) || list.length;
    let gone = 0;
    for (; gone < most; gone += 1) {
      const place = integer(count) < 0 ? list.lastIndexOf(value ?? '') : list.indexOf(value ?? '');
      if (place < 0) break;
      list.splice(place, 1);
    }
    keys.tidy(key);
    return gone;
  },
  lpos: (keys, [key, value = '']) => {
    const place = listOf(keys, key).indexOf(value);
    return place < 0 ? null : place;
  },
};

export const collectionCommands: Readonly<Record<string, Command>> = { ...hashes, ...sets, ...lists };
