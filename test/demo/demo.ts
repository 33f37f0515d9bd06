/**
 * `roombridge demo [--once]`: a minute in the life of the product, against Exchange and call bridges played on loopback.
 * Exit code 0 if every step of the story was seen on their side (and, without `--once`, the demo was ended by Ctrl-C),
 * else 1. Nothing of it stays behind.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedRedis } from '../../src/redis/embedded.ts';
import { findServer } from '../../src/redis/embedded-server.ts';
import { freePort, type Product, World } from '../world/world.ts';
import { goOn } from './afterwards.ts';
import { conference, rooms, slots } from './cast.ts';
import { lastLines } from './product-log.ts';
import { Stage, StepFailed } from './stage.ts';
import { tellStory } from './story.ts';
import { Terminal } from './terminal.ts';

const once = process.argv.includes('--once');
const terminal = new Terminal(process.stdout);
const stopping = new AbortController();
const startWithin = 30_000;
const logFile = 'roombridge.log';

const pages: readonly (readonly [path: string, shows: string])[] = [
  ['/', 'pages'],
  ['/queues', 'queues'],
  ['/api/health', 'health'],
  ['/api/meetings', 'meetings'],
  ['/api/live', 'who is in'],
  ['/metrics', 'metrics'],
];

/** Who stops twice is already served: Ctrl-C also comes from the process that started this one. */
function obeySignals(): void {
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Nobody reads on, as in `roombridge demo | head`.
  process.stdout.on('error', stop);
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), 1_000).unref();
}

/** A sentence about what the machine lacks. */
async function whatIsMissing(): Promise<string | undefined> {
  const missing = [
    ...((await findServer()) === undefined ? ['a Redis server (redis-server or valkey-server)'] : []),
    ...(spawnSync('openssl', ['version']).error === undefined ? [] : ['the openssl program']),
  ];
  if (missing.length === 0) return undefined;
  return `The demo needs ${missing.join(' and ')}: run "bash deploy/setup.sh", which installs what is missing.`;
}

async function play(world: World): Promise<void> {
  const startedAt = Date.now();
  const product = await start(world);
  const stage = new Stage(terminal, product, stopping.signal);
  terminal.tell(Date.now(), 'started', 'Roombridge runs, with a Redis of its own');
  await tellStory(world, product, stage);
  const took = Math.round((Date.now() - startedAt) / 1_000);
  terminal.heading(`All ${stage.seen} steps were seen on the simulated side, in ${took} s.`, 'green');
  if (once) return;
  introduce(world, product);
  terminal.print('\nStays up until Ctrl-C; another meeting is held every few minutes.\n');
  await goOn(world, product, stage);
}

async function start(world: World): Promise<Product> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not say that it runs')), startWithin);
    stopping.signal.addEventListener('abort', () => reject(new Error('stopped')));
  });
  try {
    // Known beforehand, so that the commands find the running program by its configuration.
    const change = { http: { admin: { port: await freePort() } } };
    const product = await Promise.race([world.start('all', 'config', { change }), late]);
    introduce(world, product);
    terminal.print('');
    return product;
  } catch (error) {
    const [seen = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new StepFailed('Roombridge started', `it runs within ${startWithin / 1_000} s`, seen);
  } finally {
    clearTimeout(timer);
  }
}

function introduce(world: World, { admin }: Product): void {
  terminal.print('');
  for (const [path, shows] of pages) terminal.entry(shows, admin + path);
  terminal.entry('log', join(world.folder, logFile));
  const config = join(world.folder, 'config.yaml');
  terminal.entry('commands', `npx roombridge live --watch --config ${config}`);
}

function report(error: unknown, world: World | undefined): void {
  const log = world === undefined ? [] : lastLines(join(world.folder, logFile), 12);
  if (error instanceof StepFailed) {
    terminal.tell(
      Date.now(),
      'FAILED',
      `${error.step}\nexpected  ${error.expected}\nseen      ${error.seen}`,
      'red',
    );
  } else {
    terminal.tell(Date.now(), 'FAILED', error instanceof Error ? error.message : String(error), 'red');
  }
  if (log.length === 0) return;
  terminal.print("\nRoombridge's log ends with");
  for (const line of log) terminal.print(`  ${line}`);
}

async function clearAway(world: World): Promise<void> {
  await world.stopProducts();
  const dataDir = join(world.folder, 'data');
  // A product that came to grief leaves its Redis behind: the next user stops it.
  if (existsSync(join(dataDir, 'redis', 'server.json')))
    await (await startEmbeddedRedis({ dataDir })).close();
  await world.destroy();
}

async function main(): Promise<number> {
  obeySignals();
  const missing = await whatIsMissing();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 1;
  }
  terminal.heading('Roombridge demo');
  terminal.print('Exchange and two call bridges are simulated, over TLS; the rest is the product.');
  terminal.print('Minutes of an office are seconds here.');
  let world: World | undefined;
  try {
    world = await World.create({
      rooms,
      conference,
      quantity: slots,
      cms: { softwareVersion: '3.9.1', cdr: {} },
      graph: { attendantDelay: 300, acceptDelay: 500, notificationDelay: 100 },
      cli: fileURLToPath(new URL('../../bin/roombridge.js', import.meta.url)),
      log: { level: 'info', format: 'json' },
      logFile,
      ownGroup: true,
    });
    await play(world);
    return 0;
  } catch (error) {
    // A Ctrl-C that has also ended a program that we waited for is heard in the next turn.
    await nextTurn();
    if (!stopping.signal.aborted) {
      report(error, world);
      return 1;
    }
    terminal.print('\nStopping.');
    return once ? 1 : 0;
  } finally {
    if (world !== undefined) await clearAway(world);
  }
}

process.exit(await main());
