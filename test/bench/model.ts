/**
 * How far one machine of two cores reaches, on paper: what each resource is used in the worst second, minute or hour of a
 * workday, by the number of rooms, from what the benches have measured here. Nothing but the assumptions is made up.
 */
import type { Results, Row } from './results.ts';

/** Of a workday in an estate of rooms; the first three are estimates, for nobody publishes such figures. */
export const assumed = {
  /** Meetings of a room and workday. */
  meetings: 4,
  /** Share of rooms in which a meeting begins in the worst second: nine o'clock on a Tuesday. */
  atOnce: 0.4,
  /** Share of a day's changes of the calendars that come in its worst minute. */
  worstMinute: 0.01,
  /** Seconds within which those that are due at once should be started, and which their conferences have. */
  withinSeconds: 2,
  /** Call bridges for every so many rooms: each takes some hundreds of conferences at a time. */
  roomsPerCallBridge: 1_000,
  /** Requests that a call bridge takes at once, and what a request takes it, in milliseconds. */
  requestsAtOnce: 64,
  latency: 50,
  /** Days ahead that meetings are known of. */
  horizon: 180,
  cores: 2,
  /** Bytes of the machine that are Redis'. */
  redisMemory: 2 ** 33,
  /** Requests to Graph of one application in ten seconds. */
  graphInTenSeconds: 130_000,
} as const;

const mostRooms = 1e8;

export interface Resource {
  readonly name: string;
  /** Of what there is, at so many rooms: 1 is all of it. */
  used(rooms: number): number;
  readonly relief: string;
}

export interface Measured {
  readonly start: Results;
  readonly notify: Results;
  readonly standing: Results;
}

/** @returns undefined where a bench that it needs has not run */
export function model({ start, notify, standing }: Measured): readonly Resource[] {
  const { meetings, atOnce, worstMinute, withinSeconds, horizon, cores, latency } = assumed;
  const starts = (start.tables.start ?? []).filter(
    ({ name, workers }) => name === 'Roombridge' && workers === 1,
  );
  const perStart = growth(starts, 'cpu');
  const redisPerStart = growth(starts, 'redisCpu');
  const change = (notify.tables.notify ?? []).at(-1);
  const perChange = of(change, 'cpu') / of(change, 'changes');
  const requestsPerChange = of(change, 'requests');
  const stands = find(standing.tables.standing, ({ name }) => name === 'standing');
  const there = { rooms: Number(standing.options.rooms), meetings: Number(standing.options.meetings) };
  const workdays = (horizon * 5) / 7;
  // Each meeting is booked once, and of ten four are changed.
  const changes = (rooms: number) => rooms * meetings * 1.4;
  const perSecond = (rooms: number) => (changes(rooms) * worstMinute) / 60;
  return [
    {
      name: 'processor of one process, starts',
      used: (rooms) => (rooms * atOnce * perStart) / withinSeconds,
      relief: 'more worker processes: starts are shared by them evenly',
    },
    {
      name: 'processors of the machine, starts',
      used: (rooms) => (rooms * atOnce * (perStart + redisPerStart)) / (withinSeconds * cores),
      relief: 'worker processes on a second machine; nothing but Redis is shared',
    },
    {
      name: 'call bridges, starts',
      used: (rooms) => {
        const bridges = Math.ceil(rooms / assumed.roomsPerCallBridge);
        const perBridge = (rooms * atOnce * 3) / bridges;
        return (perBridge / assumed.requestsAtOnce) * (latency / 1_000 / withinSeconds);
      },
      relief: 'more call bridges: each takes so many requests at once, and we keep to that',
    },
    {
      name: 'Redis, starts',
      used: (rooms) => (rooms * atOnce * redisPerStart) / withinSeconds,
      relief: 'it has one thread: two installations, each with a Redis and rooms of its own',
    },
    {
      name: 'Redis, standing',
      used: (rooms) => (of(stands, 'redisCpu') * rooms) / there.rooms,
      relief: 'as above',
    },
    {
      name: 'processor, standing',
      used: (rooms) => (of(stands, 'cpu') * rooms) / there.rooms / cores,
      relief: 'more worker processes',
    },
    {
      name: 'processor, changes of the worst minute',
      used: (rooms) => (perSecond(rooms) * perChange) / cores,
      relief: 'more worker processes',
    },
    {
      name: 'memory of Redis',
      used: (rooms) => {
        const perMeeting = of(stands, 'redisMemory') / there.meetings;
        return (rooms * meetings * workdays * perMeeting) / assumed.redisMemory;
      },
      relief: 'more memory: it grows by the meeting, and by nothing else',
    },
    {
      name: 'Graph, of one application',
      used: (rooms) => {
        const standingInTen = (of(stands, 'graphHour') / 360) * (rooms / there.rooms);
        return (perSecond(rooms) * requestsPerChange * 10 + standingInTen) / assumed.graphInTenSeconds;
      },
      relief: 'a second application, each for rooms of its own',
    },
  ];
}

/** What one start more takes: between the least and the most that were started at once, so that what stands is left out. */
function growth(rows: readonly Row[], name: string): number {
  const sorted = [...rows].sort((a, b) => of(a, 'meetings') - of(b, 'meetings'));
  const [least, most] = [sorted[0], sorted.at(-1)];
  const more = of(most, 'meetings') - of(least, 'meetings');
  if (!(more > 0)) return of(most, name) / of(most, 'meetings');
  return (of(most, name) - of(least, name)) / more;
}

/** Rooms at which all of a resource is used; undefined where it grows with them. */
export function fullAt({ used }: Resource): number | undefined {
  if (!(used(mostRooms) >= 1)) return undefined;
  let [low, high] = [1, mostRooms];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (used(middle) < 1) low = middle;
    else high = middle;
  }
  return high;
}

function find(rows: readonly Row[] | undefined, is: (row: Row) => boolean): Row | undefined {
  return rows?.find(is);
}

function of(row: Row | undefined, name: string): number {
  const value = row?.[name];
  return typeof value === 'number' ? value : Number.NaN;
}
