/** The range of numbers is grown, shrunk and moved while meetings hold slots of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asked, atRest, callsOf, locking, noted, opening } from '../world/cms-side.ts';
import { inSeconds, onDay } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { base, organizer, type Product, type World } from '../world/world.ts';

const rooms = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => ({
  mailbox: `${name}@example.com`,
}));
const mailbox = (i: number) => rooms[i]?.mailbox ?? '';
const moved = base + 5_000;

/** Starts the product with another range. */
async function startWith(world: World, numbers: { base: number; quantity: number }): Promise<Product> {
  const { clusters } = JSON.parse(readFileSync(world.configFile('as-it-was.yaml'), 'utf8'));
  const product = await world.start('all', 'config', { change: { clusters: [{ ...clusters[0], numbers }] } });
  await atRest(world, product);
  return product;
}

async function stopped(product: Product): Promise<void> {
  product.kill('SIGTERM');
  expect(await product.ended).toBe(0);
}

const numbersOn = (world: World) =>
  world.cms
    .spaces()
    .map(({ uri }) => Number(uri))
    .sort((a, b) => a - b);
const row = (from: number, quantity: number) => Array.from({ length: quantity }, (_, i) => from + i);

test.concurrent(
  'a range that begins elsewhere leaves every meeting in its own conference until it is over',
  { timeout: 240_000 },
  () =>
    inWorld(
      { rooms, quantity: 5, conference: { extension: { by: '8s', times: 1 }, setup: '0s', teardown: '0s' } },
      async (world, before) => {
        const { graph, cms } = world;
        const book = (room: number, start: Date, end: Date, subject: string) =>
          graph.outlook.book({ organizer, rooms: [mailbox(room)], subject, start, end });
        const begin = inSeconds(3);
        const running = book(0, begin, inSeconds(60), 'Running');
        const numberOf = async (product: Product, { iCalUId }: { iCalUId: string }) =>
          Number((await world.meetingThat(product, iCalUId, ({ number }) => number !== null)).number);
        expect(await numberOf(before, running)).toBe(base);
        const next = book(1, inSeconds(50), inSeconds(900), 'Next');
        expect(await numberOf(before, next)).toBe(base + 1);
        // One after the other: which of several that come at once is placed first is nobody's promise.
        const later = book(2, onDay(2, 9), onDay(2, 10), 'Later');
        expect(await numberOf(before, later)).toBe(base);
        const later2 = book(3, onDay(2, 9), onDay(2, 10), 'Also later');
        expect(await numberOf(before, later2)).toBe(base + 1);
        const later3 = book(4, onDay(2, 9), onDay(2, 10), 'The third');
        expect(await numberOf(before, later3)).toBe(base + 2);
        const open = await world.meetingThat(before, running.iCalUId, ({ state }) => state === 'open');
        const guest = cms.join(String(base), {
          name: 'Guest',
          passcode: (await world.meeting(before, running.iCalUId))?.passcode ?? '',
        });
        expect(guest, JSON.stringify(open)).toMatchObject({ joined: true });
        await stopped(before);

        // Somebody has deleted the space of a meeting to come; somebody is in a slot that nobody has reserved.
        cms.removeSpace(cms.space(String(base + 2))?.id ?? '');
        cms.clearLog();
        const product = await startWith(world, { base: moved, quantity: 30 });
        expect(numbersOn(world)).toEqual([...row(base, 3), ...row(moved, 30)]);
        const bulk = cms.log.filter(
          ({ method, path }) => method === 'POST' && /BulkParameterSets$/i.test(path),
        );
        expect(bulk.map(({ form }) => new Map(form).get('startIndex'))).toEqual([String(moved)]);

        // Who has a number keeps it; who is new, and who moves, gets one of the range.
        const fresh = book(5, onDay(2, 9), onDay(2, 10), 'New');
        expect(await numberOf(product, fresh)).toBe(moved);
        expect(await numberOf(product, later2)).toBe(base + 1);
        graph.outlook.update(later, { start: onDay(3, 9), end: onDay(3, 10) });
        const left = await world.meetingThat(
          product,
          later.iCalUId,
          ({ start, number }) => start === onDay(3, 9).toISOString() && number === String(moved),
        );
        expect(noted(left, 'reserved').map(({ number }) => number)).toEqual([String(base), String(moved)]);

        // The one that ran goes on where it is, is extended there, and is closed there.
        const second = await world.meetingThat(
          product,
          next.iCalUId,
          ({ state }) => state === 'open',
          80_000,
        );
        expect(second.number).toBe(String(base + 1));
        const over = await world.meetingThat(
          product,
          running.iCalUId,
          ({ state }) => state === 'closed',
          90_000,
        );
        expect(noted(over, 'extended')).toHaveLength(1);
        expect(
          over,
          JSON.stringify(cms.log.slice(-30).map((e) => [e.at, e.bridge, e.method, e.path, e.status])),
        ).toMatchObject({ reason: 'limit' });
        expect(callsOf(cms, String(base)), 'no other call was made for it').toEqual([]);
        expect(asked(cms, opening(cms, String(base))), 'the extension').toHaveLength(1);
        expect(asked(cms, locking(cms, String(base)))).toHaveLength(1);
        expect(asked(cms, opening(cms, String(base + 1)))).toHaveLength(1);
        await stopped(product);

        // What nobody has any more is taken off the bridge; the next look is the next start's. The range has grown meanwhile.
        cms.clearLog();
        const again = await startWith(world, { base: moved, quantity: 60 });
        await cms.waitFor(() => cms.space(String(base)) === undefined, 30_000);
        expect(numbersOn(world)).toEqual([...row(base + 1, 2), ...row(moved, 60)]);
        const grown = cms.log.filter(
          ({ method, path }) => method === 'POST' && /BulkParameterSets$/i.test(path),
        );
        expect(
          grown.map(({ form }) => new Map(form).get('startIndex')),
          'only what is new',
        ).toEqual([String(moved + 30)]);
        await stopped(again);

        // Shrunk below what is reserved: that is kept, the rest goes.
        const shrunk = await startWith(world, { base: moved + 1, quantity: 2 });
        const kept = [...row(base + 1, 2), moved, moved + 1, moved + 2];
        await cms.waitFor(() => cms.spaces().length === kept.length, 30_000);
        expect(numbersOn(world)).toEqual(kept);
        expect(await numberOf(shrunk, fresh)).toBe(moved);
        const { state } = await world.meetingThat(shrunk, next.iCalUId, () => true);
        expect(state, 'still in its conference').toBe('open');
      },
    ),
);
