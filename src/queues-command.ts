/** `roombridge queues`: the work that waits in the running product, what fails of it, and what is done about that. */
import type { z } from 'zod';
import type { queue } from './http/api/now.ts';
import type { failing } from './http/api/queues.ts';
import { rowsIn, tellJson, tellTable } from './listing.ts';
import { askRunning, NotDone, type Reach } from './running.ts';
import type { Column } from './table.ts';
import { type Out, timesIn } from './terminal.ts';

type Queue = z.infer<typeof queue>;
type Failing = z.infer<typeof failing> & { readonly queue: string };

const queueColumns: readonly Column<Queue>[] = [
  { title: 'queue', of: ({ name }) => name },
  { title: 'waiting', of: ({ waiting }) => waiting, isRight: true },
  { title: 'active', of: ({ active }) => active, isRight: true },
  { title: 'delayed', of: ({ delayed }) => delayed, isRight: true },
  {
    title: 'failing',
    of: ({ failed }) => failed,
    tone: ({ failed }) => (failed > 0 ? 'red' : undefined),
    isRight: true,
  },
  { title: 'late', of: ({ late }) => (late === 0 ? '' : `${(late / 1_000).toFixed(1)} s`), isRight: true },
  {
    title: '',
    of: ({ paused }) => (paused ? 'paused' : ''),
    tone: () => 'yellow',
  },
];

/** @throws NotDone */
export async function tellQueues(
  reach: Reach,
  { json = false }: { json?: boolean },
  out: Out,
): Promise<void> {
  const answer = await askRunning(reach, '/api/queues');
  if (json) return await tellJson(out, answer);
  await tellTable(out, queueColumns, [rowsIn<Queue>(answer, 'queues')], 'there is no queue');
}

function failingColumns(zone: string): readonly Column<Failing>[] {
  const { at } = timesIn(zone);
  return [
    { title: 'queue', of: ({ queue: name }) => name },
    // Whole, for it is what `retry` and `drop` want.
    { title: 'key', of: ({ key }) => key },
    { title: `since (${zone})`, of: ({ since }) => at(since) },
    { title: 'times', of: ({ times }) => times, isRight: true },
    { title: 'why', of: ({ why }) => why, cut: { turn: 1, least: 20 } },
  ];
}

/** Of one queue, or of all; as JSON those of one are what the API answers, those of all by their queue. @throws NotDone */
export async function tellFailing(
  reach: Reach,
  name: string | undefined,
  { json = false }: { json?: boolean },
  out: Out,
): Promise<void> {
  const names =
    name === undefined
      ? rowsIn<Queue>(await askRunning(reach, '/api/queues'), 'queues').map((one) => one.name)
      : [name];
  const answers = await Promise.all(
    names.map((one) => askRunning(reach, `/api/queues/${encodeURIComponent(one)}/failing`)),
  );
  if (json) {
    const byQueue = names.map((queue, i) => ({ queue, ...(answers[i] as object) }));
    return await tellJson(out, name === undefined ? { queues: byQueue } : answers[0]);
  }
  const rows = answers.flatMap((answer, i) =>
    rowsIn<Omit<Failing, 'queue'>>(answer, 'failing').map((one) => ({ ...one, queue: names[i] ?? '' })),
  );
  await tellTable(out, failingColumns(out.screen.zone), [rows], 'nothing fails');
}

const done = {
  pause: 'paused: nothing of it is begun until it is resumed',
  resume: 'goes on',
  retry: 'is tried again now',
  drop: 'is dropped, until somebody asks for it again',
} as const;

/** @param key of what it is about, to retry or to drop. @throws NotDone also where there was nothing to do */
export async function actOnQueue(
  reach: Reach,
  name: string,
  what: keyof typeof done,
  key?: string,
): Promise<string> {
  const answer = await askRunning(reach, `/api/queues/${encodeURIComponent(name)}/actions`, {
    do: what,
    ...(key === undefined ? {} : { key }),
  });
  const about = key === undefined ? name : `${name}: ${key}`;
  if ((answer as { done?: boolean }).done !== true) throw new NotDone(`${about} is not there to ${what}`);
  return `${about}  ${done[what]}`;
}
