/**
 * Hears what changes while a page is open, and puts it where the pages read it. The browser comes back by itself and says
 * what it had last; what can no longer be told makes everything be asked for anew.
 */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Bar, Now, Standing, Starts } from './answers.ts';
import { type BarsByRoom, withBars } from './now/day.ts';
import { noteTold } from './now/told-bars.ts';
import { questions } from './questions.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const heard = new Set<() => void>();
let connection: Connection = 'connecting';

export function useConnection(): Connection {
  return useSyncExternalStore(
    (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
    () => connection,
  );
}

function say(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const hear of heard) hear();
}

/** Milliseconds until it is tried again where the browser has given up. */
const again = 2_000;
/** Lists are asked for again at most this often, however much changes. */
const spacing = 800;
/** Days of quarters of an hour are much to count, to tell and to draw. */
const ofDays = 5_000;

/** @returns what ends it */
export function followChanges(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const stale = spacedOut(client, spacing);
  const staleDays = spacedOut(client, ofDays);

  const open = async () => {
    try {
      const { last } = await client.fetchQuery({ ...questions.now, staleTime: 0 });
      if (isOver) return;
      source = new EventSource(`/api/changes?after=${encodeURIComponent(last)}`);
      listen(source);
    } catch {
      comeBack();
    }
  };
  const comeBack = () => {
    say('lost');
    source?.close();
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => void anew(), again);
  };
  const anew = async () => {
    await open();
    if (connection !== 'lost') await client.invalidateQueries();
  };
  const listen = (from: EventSource) => {
    const on = <T>(name: string, take: (data: T) => void) =>
      from.addEventListener(name, ({ data }: MessageEvent<string>) => take(JSON.parse(data) as T));
    from.onopen = () => say('live');
    from.onerror = () => {
      if (from.readyState === EventSource.CLOSED) comeBack();
      else say('lost');
    };
    on<{ bars: Bar[] }>('bars', ({ bars }) => {
      takeBars(client, bars);
      const rooms = new Set(bars.flatMap((bar) => bar.rooms));
      stale(['live'], ['meetings'], ['slots'], ...bars.map(({ key }) => ['meeting', key]));
      stale(...[...rooms].flatMap(ofRoom));
      staleDays(['capacity']);
    });
    on<{ meetings: string[] }>('people', ({ meetings }) =>
      stale(['live'], ...meetings.map((key) => ['people', key])),
    );
    on<{ rooms: string[] }>('rooms', ({ rooms }) =>
      stale(
        ['rooms'],
        ...rooms.flatMap((mailbox) => [
          ['room', mailbox],
          ['entries', mailbox],
        ]),
      ),
    );
    on('tickets', () => stale(['tickets'], ['room']));
    on<Starts>('starts', (starts) => void takeStarts(client, starts));
    on<Standing>('standing', (standing) => {
      client.setQueryData<Now>(questions.now.queryKey, (now) => now && { ...now, standing });
      stale(['clusters'], ['call-bridges'], ['rooms'], ['failing']);
      staleDays(['capacity']);
    });
    on('anew', () => void client.invalidateQueries());
  };
  void open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    source?.close();
    stale.stop();
    staleDays.stop();
  };
}

/** Of one room alone. */
function ofRoom(mailbox: string): QueryKey[] {
  return [
    ['room', mailbox],
    ['entries', mailbox],
  ];
}

function takeBars(client: QueryClient, bars: readonly Bar[]): void {
  noteTold(bars, performance.now());
  for (const { queryKey, state } of client.getQueryCache().findAll({ queryKey: ['bars'] })) {
    const [, from, to] = queryKey as [string, number, number];
    const before = state.data as BarsByRoom | undefined;
    const after = before && withBars(before, bars, from, to);
    // Whoever looks at others is not told.
    if (after !== before) client.setQueryData(queryKey, after);
  }
}

const wordOf = (key: QueryKey) => JSON.stringify(key);

/** An answer that is still on its way is older. */
async function takeStarts(client: QueryClient, starts: Starts): Promise<void> {
  const { queryKey } = questions.starts;
  await client.cancelQueries({ queryKey });
  client.setQueryData<Starts>(queryKey, starts);
}

/** Tells questions stale, by the first or the first two parts of their keys: at once, and then no more often than `every`. */
function spacedOut(client: QueryClient, every: number) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pass = () => {
    timer = undefined;
    if (waiting.size === 0) return;
    const keys = new Set(waiting);
    waiting.clear();
    // In one walk through what is kept, however much has changed.
    void client.invalidateQueries({
      predicate: ({ queryKey: [name, what] }) => keys.has(wordOf([name])) || keys.has(wordOf([name, what])),
    });
    timer = setTimeout(pass, every);
  };
  const stale = (...keys: QueryKey[]) => {
    for (const key of keys) waiting.add(wordOf(key));
    if (timer === undefined) pass();
  };
  return Object.assign(stale, { stop: () => clearTimeout(timer) });
}
