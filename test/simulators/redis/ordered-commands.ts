/** Commands about sorted sets and streams. */
import { range } from './collection-commands.ts';
import type { Keyspace, Stream, StreamEntry } from './keyspace.ts';
import { RedisError, type Reply } from './reply.ts';
import { type ScoreBound, type Scored, SortedSet } from './sorted-set.ts';
import { at, type Command, integer } from './text-commands.ts';

function score(text: string | undefined): number {
  const lower = text?.toLowerCase();
  if (lower === '+inf' || lower === 'inf') return Number.POSITIVE_INFINITY;
  if (lower === '-inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (text === undefined || text === '' || Number.isNaN(value))
    throw new RedisError('ERR min or max is not a float');
  return value;
}

function bound(text = ''): ScoreBound {
  return text.startsWith('(') ? { at: score(text.slice(1)), open: true } : { at: score(text), open: false };
}

export function scoreText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : String(value);
}

const sortedOf = (keys: Keyspace, key = '') => keys.get(key, 'zset') ?? new SortedSet();

/** What WITHSCORES and LIMIT leave of it. */
function shown(found: readonly Scored[], options: readonly string[]): Reply {
  const flags = options.map((one) => one.toUpperCase());
  const limit = flags.indexOf('LIMIT');
  const [offset, count] = limit < 0 ? [0, -1] : [integer(options[limit + 1]), integer(options[limit + 2])];
  const some = found.slice(offset, count < 0 ? undefined : offset + count);
  return flags.includes('WITHSCORES')
    ? some.flatMap(({ member, score: value }) => [member, scoreText(value)])
    : some.map(({ member }) => member);
}

function lexBetween(all: readonly Scored[], low = '-', high = '+'): Scored[] {
  const isAbove = (member: string) =>
    low === '-' ? true : low.startsWith('(') ? member > low.slice(1) : member >= low.slice(1);
  const isBelow = (member: string) =>
    high === '+' ? true : high.startsWith('(') ? member < high.slice(1) : member <= high.slice(1);
  return all.filter(({ member }) => isAbove(member) && isBelow(member));
}

const ranged: Command = (keys, [key, from, to, ...options]) => {
  const flags = options.map((one) => one.toUpperCase());
  const sorted = sortedOf(keys, key);
  const isBack = flags.includes('REV');
  const [low, high] = isBack ? [to, from] : [from, to];
  if (flags.includes('BYSCORE') || flags.includes('BYLEX')) {
    const found = flags.includes('BYSCORE')
      ? sorted.between(bound(low), bound(high))
      : lexBetween(sorted.all, low, high);
    return shown(isBack ? [...found].reverse() : found, options);
  }
  const order = isBack ? [...sorted.all].reverse() : sorted.all;
  return shown(order.slice(...range(order.length, from, to)), options);
};

function removed(choose: (sorted: SortedSet, args: readonly string[]) => readonly Scored[]): Command {
  return (keys, [key = '', ...rest]) => {
    const sorted = sortedOf(keys, key);
    const gone = [...choose(sorted, rest)];
    for (const { member } of gone) sorted.remove(member);
    keys.tidy(key);
    return gone.length;
  };
}

function popped(isLast: boolean): Command {
  return (keys, [key = '', count = '1']) => {
    const sorted = sortedOf(keys, key);
    const order = isLast ? [...sorted.all].reverse() : sorted.all;
    const taken = order.slice(0, integer(count));
    for (const { member } of taken) sorted.remove(member);
    keys.tidy(key);
    return taken.flatMap(({ member, score: value }) => [member, scoreText(value)]);
  };
}

const zadd: Command = (keys, [key = '', ...rest]) => {
  const flags = new Set<string>();
  let from = 0;
  while (/^(NX|XX|GT|LT|CH|INCR)$/i.test(rest[from] ?? '')) flags.add((rest[from++] ?? '').toUpperCase());
  const sorted = keys.make(key, 'zset');
  let [added, changed] = [0, 0];
  for (let i = from; i < rest.length; i += 2) {
    const [value, member] = [score(rest[i]), at(rest, i + 1)];
    const known = sorted.score(member);
    if (known === undefined ? flags.has('XX') : flags.has('NX')) continue;
    if (known !== undefined && ((flags.has('GT') && value <= known) || (flags.has('LT') && value >= known)))
      continue;
    if (sorted.put(member, value)) added += 1;
    else if (known !== value) changed += 1;
  }
  keys.tidy(key);
  return flags.has('CH') ? added + changed : added;
};

const sorted: Readonly<Record<string, Command>> = {
  zadd,
  zincrby: (keys, [key = '', by, member = '']) => {
    const value = (sortedOf(keys, key).score(member) ?? 0) + score(by);
    zadd(keys, [key, String(value), member]);
    return scoreText(value);
  },
  zrem: (keys, [key = '', ...members]) => {
    const set = sortedOf(keys, key);
    const gone = members.filter((member) => set.remove(member)).length;
    keys.tidy(key);
    return gone;
  },
  zscore: (keys, [key, member = '']) => {
    const value = sortedOf(keys, key).score(member);
    return value === undefined ? null : scoreText(value);
  },
  zmscore: (keys, [key, ...members]) =>
    members.map((member) => {
      const value = sortedOf(keys, key).score(member);
      return value === undefined ? null : scoreText(value);
    }),
  zcard: (keys, [key]) => sortedOf(keys, key).size,
  zcount: (keys, [key, low, high]) => sortedOf(keys, key).between(bound(low), bound(high)).length,
  zlexcount: (keys, [key, low, high]) => lexBetween(sortedOf(keys, key).all, low, high).length,
  zrank: (keys, [key, member = '']) => sortedOf(keys, key).rank(member) ?? null,
  zrange: ranged,
  zrevrange: (keys, [key = '', from = '', to = '', ...options]) =>
    ranged(keys, [key, from, to, 'REV', ...options]),
  zrangebyscore: (keys, [key, low, high, ...options]) =>
    shown(sortedOf(keys, key).between(bound(low), bound(high)), options),
  zrevrangebyscore: (keys, [key, high, low, ...options]) =>
    shown([...sortedOf(keys, key).between(bound(low), bound(high))].reverse(), options),
  zrangebylex: (keys, [key, low, high, ...options]) =>
    shown(lexBetween(sortedOf(keys, key).all, low, high), options),
  zremrangebyscore: removed((set, [low, high]) => set.between(bound(low), bound(high))),
  zremrangebyrank: removed((set, [from, to]) => set.all.slice(...range(set.size, from, to))),
  zremrangebylex: removed((set, [low, high]) => lexBetween(set.all, low, high)),
  zpopmin: popped(false),
  zpopmax: popped(true),
};

type Id = StreamEntry['id'];

export const idText = ([ms, sequence]: Id): string => `${ms}-${sequence}`;

/** An id as it is given; where the part behind the dash is missing, `otherwise` is. */
export function idOf(text: string, otherwise: number): Id {
  if (text === '-') return [0, 0];
  if (text === '+') return [Number.POSITIVE_INFINITY, 0];
  const [ms = '', sequence] = text.split('-');
  return [integer(ms), sequence === undefined ? otherwise : integer(sequence)];
}

export const isAfter = (one: Id, other: Id): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);

function trim({ entries }: Stream, [how = '', ...rest]: readonly string[]): number {
  const value = rest.find((one) => one !== '~' && one !== '=') ?? '0';
  const least = idOf(value, 0);
  const kept = entries.findIndex(({ id }) => !isAfter(least, id));
  const more =
    how.toUpperCase() === 'MAXLEN' ? entries.length - integer(value) : kept < 0 ? entries.length : kept;
  // As wide of the mark as Redis is allowed to be: whole pieces of 100.
  const gone = Math.max(0, rest.includes('~') ? more - (more % 100) : more);
  entries.splice(0, gone);
  return gone;
}

const xadd: Command = (keys, [key = '', ...rest]) => {
  let from = 0;
  if (rest[from]?.toUpperCase() === 'NOMKSTREAM') from += 1;
  const bounds = /^(MAXLEN|MINID)$/i.test(rest[from] ?? '')
    ? rest.slice(from, from + (/^[~=]$/.test(rest[from + 1] ?? '') ? 3 : 2))
    : [];
  from += bounds.length;
  const wanted = at(rest, from);
  const stream = keys.make(key, 'stream');
  const { last } = stream;
  const ms = Math.floor(keys.now());
  const id: Id = wanted !== '*' ? idOf(wanted, 0) : ms > last[0] ? [ms, 0] : [last[0], last[1] + 1];
  if (!isAfter(id, last))
    throw new RedisError('ERR The ID specified in XADD is equal or smaller than the target stream top item');
  stream.entries.push({ id, fields: rest.slice(from + 1) });
  stream.last = id;
  if (bounds.length > 0) trim(stream, bounds);
  return idText(id);
};

export const entryOf = ({ id, fields }: StreamEntry): Reply => [idText(id), [...fields]];

function within(stream: Stream | undefined, low = '-', high = '+'): StreamEntry[] {
  const from = idOf(low.replace('(', ''), 0);
  const to = idOf(high.replace('(', ''), Number.POSITIVE_INFINITY);
  return (stream?.entries ?? []).filter(
    ({ id }) =>
      (low.startsWith('(') ? isAfter(id, from) : !isAfter(from, id)) &&
      (high.startsWith('(') ? isAfter(to, id) : !isAfter(id, to)),
  );
}

function counted(found: readonly StreamEntry[], [, count]: readonly string[]): Reply {
  return found.slice(0, count === undefined ? undefined : integer(count)).map(entryOf);
}

const streams: Readonly<Record<string, Command>> = {
  xadd,
  xlen: (keys, [key = '']) => keys.get(key, 'stream')?.entries.length ?? 0,
  xtrim: (keys, [key = '', ...rest]) => {
    const stream = keys.get(key, 'stream');
    return stream === undefined ? 0 : trim(stream, rest);
  },
  xdel: (keys, [key = '', ...ids]) => {
    const entries = keys.get(key, 'stream')?.entries ?? [];
    const kept = entries.filter(({ id }) => !ids.includes(idText(id)));
    const gone = entries.length - kept.length;
    entries.splice(0, entries.length, ...kept);
    return gone;
  },
  xrange: (keys, [key = '', low, high, ...rest]) => counted(within(keys.get(key, 'stream'), low, high), rest),
  xrevrange: (keys, [key = '', high, low, ...rest]) =>
    counted(within(keys.get(key, 'stream'), low, high).reverse(), rest),
};

export const orderedCommands: Readonly<Record<string, Command>> = { ...sorted, ...streams };
