/**
 * A long run: people book and meet, call bridges fail in every way, workers are killed and stopped; the call bridges are
 * watched all the time for what must never be. The same seed rolls the same dice.
 *
 *     node dist/test/chaos/long.js [--minutes 60] [--seed 1] [--log FOLDER]
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
import { Mishaps } from './mishaps.ts';
import { Onlooker } from './onlooker.ts';
import { roomsOf, Traffic } from './traffic.ts';
import { leftovers, Watch } from './watch.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    rooms: { type: 'string', default: '40' },
    /** Where the timelines of meetings are kept of which something was wrong. */
    log: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
/** However loaded the machine is, in milliseconds. */
const patience = 240_000;

await withCleanUp(async (onEnd) => {
  const redis = await RedisServer.start();
  onEnd(() => redis.stop());
  const world = await World.create({
    rooms: roomsOf(Number(values.rooms)),
    callBridges: ['cms1', 'cms2', 'cms3'],
    quantity: 60,
    redisUrl: redis.url,
    conference: { extension: { times: 0 } },
    cms: { cdr: { pause: 2_000 } },
    log: { level: 'info', format: 'json' },
    ...(values.log === undefined ? {} : { logFile: 'product.log' }),
  });
  onEnd(() => world.destroy());
  const receiver = await world.start('receiver', 'receiver');
  const mishaps = new Mishaps(world, dice(seed));
  await mishaps.startWorkers(['worker-1', 'worker-2']);
  await atRest(world, receiver, patience);
  say(`${minutes} minutes, seed ${seed}, ${values.rooms} rooms, three call bridges, two workers`);

  const traffic = new Traffic(world, receiver, dice(seed + 1));
  const watch = new Watch({
    clusters: [world.cms],
    meetings: traffic.meetings,
    isAble: () => mishaps.isAble(),
    wellSince: (bridge) => mishaps.wellSince(bridge),
    longestGap: 30_000,
    longestEnd: 30_000,
  });
  const onlooker = new Onlooker({
    ...{ world, product: receiver, meetings: traffic.meetings },
    wellSince: (bridge) => mishaps.wellSince(bridge),
  });
  traffic.begin();
  mishaps.begin();
  const begun = Date.now();
  while (Date.now() < begun + minutes * 60_000) await pause(1_000);
  await traffic.end();
  await mishaps.end();
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
  say(table(['what went wrong', 'times'], numbers(mishaps.counts)));
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
