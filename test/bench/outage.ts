/**
 * Conferences that are all due at the same second while no call bridge can be spoken to: how soon they start once one can
 * be, and what it was asked meanwhile; beside the same start without a failure.
 *
 *     node dist/test/bench/outage.js [--meetings 300] [--seconds 8] [--prepare 40]
 */
import { parseArgs } from 'node:util';
import type { Fault } from '../simulators/cms/faults.ts';
import { atRest } from '../world/cms-side.ts';
import { World } from '../world/world.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, pause, percentile, say, table } from './figures.ts';
import { book, bookings, organizers, planned } from './ours.ts';
import { RedisServer } from './redis-server.ts';
import { keep, readTables } from './results.ts';

const { values } = parseArgs({
  options: {
    meetings: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '8' },
    /** Seconds from the booking to the start. */
    prepare: { type: 'string', default: '40' },
  },
});
const meetings = Number(values.meetings);
const outage = Number(values.seconds) * 1_000;
/** It begins so long before the start, in milliseconds. */
const ahead = 3_000;
const patience = 120_000;

const kinds: readonly (Fault['kind'] | 'none')[] = ['none', 'refuse', 'black-hole', 'busy', 'error'];

await withCleanUp(async (onEnd) => {
  const rows: string[][] = [];
  for (const kind of kinds) {
    const closers: (() => Promise<unknown>)[] = [];
    onEnd(async () => {
      for (const close of closers.splice(0).reverse()) await close();
    });
    rows.push(await run(kind, (closer) => closers.push(closer)));
    for (const close of closers.splice(0).reverse()) await close();
  }
  const head = [
    'call bridges, until the outage ends',
    'started',
    'call p50',
    'p99',
    'max',
    'requests meanwhile',
  ];
  const printed = table(head, rows);
  say(`\n${printed}`);
  keep('outage', { meetings, outage }, readTables(printed));
});

async function run(kind: Fault['kind'] | 'none', onEnd: (closer: () => Promise<unknown>) => void) {
  const redis = await RedisServer.start();
  onEnd(() => redis.stop());
  const rooms = bookings(meetings, false);
  const world = await World.create({
    rooms: rooms.map(({ room }) => ({ mailbox: room })),
    graph: { people: organizers },
    quantity: meetings,
    redisUrl: redis.url,
    conference: { extension: { times: 0 } },
    log: { level: 'info', format: 'json' },
  });
  onEnd(() => world.destroy());
  const due = Math.ceil(Date.now() / 1_000) * 1_000 + Number(values.prepare) * 1_000;
  book(world, rooms, due);
  const product = await world.start();
  await atRest(world, product, patience);
  await planned(world, product, meetings, due);
  const { cms } = world;
  await pause(due - ahead - Date.now());
  if (kind !== 'none') for (const bridge of cms.bridges) bridge.setFault({ kind });
  const asked = cms.log.length;
  await pause(due + (kind === 'none' ? 0 : outage) - Date.now());
  const from = Date.now();
  const meanwhile = cms.log.length - asked;
  for (const bridge of cms.bridges) await bridge.clearFault();
  const started = () => cms.events.filter(({ kind: what }) => what === 'callStarted');
  await cms.waitFor(() => started().length >= meetings, patience).catch(() => {});
  const late = started().map(({ at }) => at - from);
  const at = (share: number) => figure(percentile(late, share) / 1_000, 's');
  return [
    kind,
    String(late.length),
    at(0.5),
    at(0.99),
    figure(Math.max(...late) / 1_000, 's'),
    String(meanwhile),
  ];
}
