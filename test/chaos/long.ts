/**
 * A long run: people book and meet; call bridges, Exchange and Redis fail in every way; workers are killed and stopped, and
 * their clocks set. The call bridges are watched all the time for what must never be. The same seed rolls the same dice.
 *
 *     node dist/test/chaos/long.js [--minutes 60] [--seed 1] [--rooms 40] [--every 5000] [--log FOLDER]
 *
 * A day of a thousand rooms, lived twenty-four times as fast: `--rooms 1000 --every 1000`.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withCleanUp } from '../bench/clean-up.ts';
import { pause, say, table } from '../bench/figures.ts';
import { RedisServer } from '../bench/redis-server.ts';
import { atRest } from '../world/cms-side.ts';
import { dice } from '../world/roll-call.ts';
import { type MeetingJson, until, World } from '../world/world.ts';
import { GraphMishaps, sweptEvery } from './graph-mishaps.ts';
import { Misfortunes } from './misfortunes.ts';
import { Mishaps } from './mishaps.ts';
import { Onlooker } from './onlooker.ts';
import { RedisMishaps } from './redis-mishaps.ts';
import { organizers, roomsOf, Traffic } from './traffic.ts';
import { leftovers, Watch } from './watch.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    rooms: { type: 'string', default: '40' },
    /** Milliseconds from one booking to the next; what else people do keeps step with it. */
    every: { type: 'string', default: '5000' },
    /** Where the timelines of meetings are kept of which something was wrong. */
    log: { type: 'string' },
  },
});
type Three = [Misfortunes, Misfortunes, Misfortunes];

const minutes = Number(values.minutes);
const seed = Number(values.seed);
const every = Number(values.every);
/** However loaded the machine is, in milliseconds. */
const patience = 240_000;

await withCleanUp(async (onEnd) => {
  const redis = await RedisServer.start();
  onEnd(() => redis.stop());
  const world = await World.create({
    rooms: roomsOf(Number(values.rooms)),
    callBridges: ['cms1', 'cms2', 'cms3'],
    // As many as are booked within five minutes, and some.
    quantity: Math.max(60, Math.ceil(400_000 / every)),
    graph: { people: organizers },
    config: { calendar: { sweep: `${sweptEvery / 1_000}s` } },
    redisUrl: redis.url,
    conference: { extension: { times: 0 } },
    cms: { cdr: { pause: 2_000 } },
    log: { level: 'info', format: 'json' },
    ...(values.log === undefined ? {} : { logFile: 'product.log' }),
  });
  onEnd(() => world.destroy());
  const receiver = await world.start('receiver', 'receiver');
  // Each with dice of its own: what befalls one does not depend on when another rolls.
  const misfortunes = [seed, seed + 2, seed + 3].map((one) => new Misfortunes(dice(one))) as Three;
  const [ofBridges, ofGraph, ofRedis] = misfortunes;
  const mishaps = new Mishaps(world, ofBridges);
  const graphMishaps = new GraphMishaps(world.graph, ofGraph);
  const redisMishaps = new RedisMishaps(redis, ofRedis);
  await mishaps.startWorkers(['worker-1', 'worker-2']);
  await atRest(world, receiver, patience);
  say(
    `${minutes} minutes, seed ${seed}, ${values.rooms} rooms, a booking each ${every} ms, three call bridges, two workers`,
  );

  const traffic = new Traffic(world, receiver, dice(seed + 1), every);
  const watch = new Watch({
    clusters: [world.cms],
    meetings: traffic.meetings,
    isAble: () => mishaps.isAble && redisMishaps.isAble,
    wellSince: (bridge) => mishaps.wellSince(bridge),
    knownFrom: (at) => graphMishaps.outages.knownFrom(at),
    longestGap: 30_000,
    longestEnd: 30_000,
  });
  const onlooker = new Onlooker({
    ...{ world, product: receiver, meetings: traffic.meetings },
    wellSince: (bridge) => (redisMishaps.isAble ? mishaps.wellSince(bridge) : undefined),
  });
  traffic.begin();
  for (const kind of [mishaps, graphMishaps, redisMishaps]) kind.begin();
  const begun = Date.now();
  while (Date.now() < begun + minutes * 60_000) {
    await pause(60_000);
    // Of an hour there would be half a million requests.
    world.cms.clearLog();
    world.graph.log.length = 0;
  }
  await traffic.end();
  await Promise.all(misfortunes.map((one) => one.end()));
  const left = await until(async () => {
    const found = leftovers([world.cms]);
    return found.length === 0 ? found : undefined;
  }, 180_000).catch(() => leftovers([world.cms]));
  const seen = watch.stop();
  const looks = await onlooker.stop();

  const told: MeetingJson[] = [];
  for (const { key } of traffic.meetings.values()) {
    const meeting = await world.meeting(receiver, key);
    if (meeting !== undefined) told.push(meeting);
  }
  if (values.log !== undefined) {
    mkdirSync(values.log, { recursive: true });
    const lines = [...seen.wrong, ...looks.wrong, ...left].join('\n');
    appendFileSync(join(values.log, 'wrong.txt'), `${lines}\n`);
    const named = told.filter(({ title }) => [...seen.wrong, ...left].some((what) => what.includes(title)));
    for (const meeting of named)
      appendFileSync(join(values.log, 'timelines.json'), `${JSON.stringify(meeting, undefined, 1)}\n`);
  }
  const words = (what: string) =>
    told.reduce((sum, { timeline = [] }) => sum + timeline.filter((entry) => entry.what === what).length, 0);
  const wrong = (pattern: RegExp) => String(seen.wrong.filter((what) => pattern.test(what)).length);
  const numbers = (counts: ReadonlyMap<string, number>) =>
    [...counts].sort().map(([what, count]) => [what, String(count)]);
  say('');
  say(table(['what people did', 'times'], numbers(traffic.counts)));
  say('');
  say(
    table(
      ['what went wrong', 'times'],
      misfortunes.flatMap(({ counts }) => numbers(counts)),
    ),
  );
  say('');
  say(
    table(
      ['what came of it', ''],
      [
        ['meetings booked', String(traffic.meetings.size)],
        ['seen with their conference', String(seen.held)],
        ['conferences opened', String(words('opened'))],
        ['a call bridge left for the next', String(words('failed-over'))],
        ['recovered on another call bridge', String(words('recovered'))],
        ['cut short where their slot was booked next', String(seen.cutShort)],
        ['worst time without a conference', `${(seen.worstGap / 1_000).toFixed(1)} s`],
        ['meetings without one for over 30 s', wrong(/without a conference/)],
        ['meetings with two', wrong(/ conferences$/)],
        ['rooms in two meetings', wrong(/at once$/)],
        ['rooms twice in one', wrong(/ times$/)],
        ['somebody in the wrong meeting', wrong(/^somebody|has not booked/)],
        ['conferences that outlasted their end', wrong(/outlasted/)],
        ['left open at the end', String(left.length)],
        ['looks at the live picture, all call bridges being well', String(looks.looks)],
        ['longest that one differed', `${(looks.worst / 1_000).toFixed(1)} s`],
      ],
    ),
  );
  for (const what of [...seen.wrong, ...looks.wrong, ...left]) say(`- ${what}`);
});
