/** A call bridge is taken out of service, and no meeting misses its start for it. */
import { describe, expect, test } from 'vitest';
import { callsOf, dialsTo, noted } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { inSeconds, onDay } from '../world/graph-side.ts';
import { inWorld } from '../world/in-world.ts';
import { apacBase, type MeetingJson, organizer, type Product, until, type World } from '../world/world.ts';

const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;
const roomsOf = (...names: readonly string[]) =>
  names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) }));
const conference = { setup: '0s', teardown: '0s', lead: '2s', passcode: 'random' };

interface WhatIfJson {
  readonly meetings: number;
  readonly sameNumber: number;
  readonly newNumber: number;
  readonly nowhere: number;
  readonly elsewhere: Readonly<Record<string, number>>;
  readonly days: readonly { readonly day: string; readonly meetings: number }[];
}

/** What an administrator does. */
class Admin {
  readonly #world: World;
  readonly #product: Product;

  constructor(world: World, product: Product) {
    this.#world = world;
    this.#product = product;
  }

  async post(address: string, what: 'drain' | 'resume', body: object = {}) {
    const answer = await fetch(
      `${this.#product.admin}/api/call-bridges/${encodeURIComponent(address)}/${what}`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  whatIf(address: string, from: Date, to: Date): Promise<WhatIfJson> {
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    return this.#world.api<WhatIfJson>(
      this.#product,
      `/api/call-bridges/${encodeURIComponent(address)}/what-if?${query}`,
    );
  }

  /** The command, as it is given on the machine of the product. */
  async command(...args: readonly string[]) {
    const port = Number(new URL(this.#product.admin).port);
    const file = this.#world.configFile('command.yaml', port);
    return await run(['bridge', ...args, '--config', file]);
  }
}

function booking(world: World, product: Product, room: string, start: Date, minutes = 30, more: object = {}) {
  const end = new Date(start.getTime() + minutes * 60_000);
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [mailboxOf(room)], subject: `In the ${room}`, start, end },
    ...more,
  });
  const that = (isAsWished: (meeting: MeetingJson) => boolean, timeout = 60_000) =>
    world.meetingThat(product, event.iCalUId, isAsWished, timeout);
  return { event, that, placed: () => that(({ number }) => number !== null) };
}

describe.concurrent('a call bridge is drained', () => {
  test(
    'its starts go to the next one with the same number; the last of a cluster is given up only by force',
    () =>
      inWorld(
        { rooms: roomsOf('now', 'soon', 'later', 'far'), apac: ['cms3'], conference, quantity: 2 },
        async (world, product) => {
          const { cms } = world;
          const admin = new Admin(world, product);
          const [first, second] = cms.bridges.map(({ url }) => url) as [string, string];
          const [days1, days2] = [onDay(1, 0), onDay(4, 0)];
          const later = booking(world, product, 'later', onDay(2, 9));
          const far = booking(world, product, 'far', onDay(2, 9));
          const before = await Promise.all([later.placed(), far.placed()]);
          expect(before.map(({ cluster }) => cluster)).toEqual(['emea', 'emea']);

          // Asking changes nothing.
          expect(await admin.whatIf(first, days1, days2)).toMatchObject({
            ...{ meetings: 2, sameNumber: 2, newNumber: 0, nowhere: 0 },
            days: [{ day: onDay(2, 0).toISOString().slice(0, 10), meetings: 2 }],
          });
          expect(await admin.whatIf(second, days1, days2)).toMatchObject({ meetings: 0 });
          const listed = (await admin.command('list')).stdout.split('\n').slice(1, 4);
          for (const [i, at] of [
            `${first}  emea`,
            `${second}  emea`,
            `${world.apac.bridge(0).url}  apac`,
          ].entries())
            expect(listed[i]).toMatch(new RegExp(`^${at} .* in service`));

          const drained = await admin.command('drain', first);
          expect(drained).toMatchObject({ code: 0, stderr: '' });
          expect(drained.stdout).toContain(`${first}  takes no starts from `);
          const now = booking(world, product, 'now', inSeconds(8));
          const open = await now.that((meeting) => noted(meeting, 'dialled').length === 1);
          expect(open).toMatchObject({ cluster: 'emea', callBridge: second });
          expect(noted(open, 'failed-over')).toEqual([]);
          const { tickets } = await world.api<{ tickets: { code: string; about: string }[] }>(
            product,
            '/api/tickets',
          );
          expect(tickets).toContainEqual(
            expect.objectContaining({ code: 'call-bridge-drained', about: first }),
          );

          // One of the two has a place on the other cluster, which has room for one alone at that time.
          await booking(world, product, 'soon', onDay(2, 9), 30).placed();
          const answer = await admin.whatIf(second, days1, days2);
          expect(answer).toMatchObject({
            meetings: 2,
            sameNumber: 0,
            newNumber: 1,
            nowhere: 1,
            elsewhere: { apac: 1 },
          });
          const refused = await admin.post(second, 'drain', { at: days1.toISOString() });
          expect(refused.status).toBe(409);
          expect(refused.body.detail).toMatch(/^1 meeting would be left without /);
          const said = await admin.command('drain', second, '--at', days1.toISOString());
          expect(said.code).toBe(1);
          expect(said.stderr).toContain('1 meeting would be left without a call bridge or without a number');
          const after = await Promise.all([later.placed(), far.placed()]);
          expect(after.map(({ cluster, number }) => [cluster, number])).toEqual(
            before.map(({ cluster, number }) => [cluster, number]),
          );

          const forced = await admin.post(second, 'drain', { at: days1.toISOString(), force: true });
          expect(forced).toMatchObject({ status: 200, body: { effect: { newNumber: 1, nowhere: 1 } } });
          await until(async () => {
            const all = await Promise.all([later.placed(), far.placed()]);
            return all.filter(({ cluster }) => cluster === 'apac').length === 1 || undefined;
          }, 40_000);

          expect((await admin.command('resume', first)).stdout).toBe(`${first}  in service again\n`);
          expect((await admin.command('resume', first)).stdout).toBe(`${first}  was in service\n`);
          expect(await admin.post('https://unknown.example.com', 'drain')).toMatchObject({ status: 404 });
        },
      ),
    240_000,
  );

  test(
    'a cluster that is out from a time on is left at once, its organizers told, and nothing comes back',
    () =>
      inWorld(
        { rooms: roomsOf('early', 'board', 'weekly'), apac: ['cms3', 'cms4'], conference },
        async (world, product) => {
          const { cms, apac, graph } = world;
          const admin = new Admin(world, product);
          const at = onDay(3, 12);
          const early = booking(world, product, 'early', onDay(3, 9));
          const board = booking(world, product, 'board', onDay(3, 14));
          const weekly = booking(world, product, 'weekly', onDay(1, 10), 30, {
            recurrence: {
              pattern: { type: 'daily', interval: 1 },
              range: {
                type: 'numbered',
                startDate: onDay(1, 10).toISOString().slice(0, 10),
                numberOfOccurrences: 6,
              },
            },
          });
          const first = await early.placed();
          await board.placed();
          const dates = () =>
            world
              .meetings(product, `?from=${onDay(0, 0).toISOString()}&to=${onDay(12, 0).toISOString()}`)
              .then((all) => all.filter(({ key }) => key.startsWith(weekly.event.iCalUId)));
          await until(
            async () => ((await dates()).filter(({ number }) => number).length === 6 ? true : undefined),
            30_000,
          );
          const number = (await dates())[0]?.number;
          for (const { url } of cms.bridges)
            expect(await admin.post(url, 'drain', { at: at.toISOString() })).toMatchObject({ status: 200 });

          const moved = await board.that(({ cluster }) => cluster === 'apac');
          expect(noted(moved, 'rehomed')).toHaveLength(1);
          await until(
            async () =>
              graph.outlook.event(organizer, board.event)?.body.content.includes(`${moved.uri}`) || undefined,
            30_000,
          );
          await until(async () => {
            const all = await dates();
            const away = all.filter(({ cluster }) => cluster === 'apac');
            return away.length === all.filter(({ start }) => new Date(start) >= at).length || undefined;
          }, 40_000);
          const all = await dates();
          const away = all.filter(({ cluster }) => cluster === 'apac');
          expect(new Set(away.map((one) => one.number)).size, 'one number for all that leave').toBe(1);
          expect(new Set(all.filter(({ cluster }) => cluster === 'emea').map((one) => one.number))).toEqual(
            new Set([number]),
          );
          expect(await early.placed()).toMatchObject({ cluster: 'emea', number: first.number });

          // What is booked meanwhile goes where it can start.
          const next = booking(world, product, 'early', onDay(3, 15));
          expect((await next.placed()).cluster).toBe('apac');
          for (const { url } of cms.bridges) await admin.post(url, 'resume');
          const later = booking(world, product, 'early', onDay(3, 17));
          expect((await later.placed()).cluster).toBe('emea');
          expect((await board.placed()).cluster).toBe('apac');
          expect(Number(moved.number)).toBeGreaterThanOrEqual(apacBase);
          expect(apac.bridges).toHaveLength(2);
        },
      ),
    240_000,
  );

  test(
    'what runs is left to end, or moved at the chosen time',
    () =>
      inWorld({ rooms: roomsOf('talk'), conference }, async (world, product) => {
        const { cms } = world;
        const admin = new Admin(world, product);
        const talk = booking(world, product, 'talk', inSeconds(6));
        const open = await talk.that((meeting) => noted(meeting, 'dialled').length === 1);
        expect(open.callBridge).toBe(cms.bridge(0).url);
        await admin.post(cms.bridge(0).url, 'drain', { moveRunning: inSeconds(6).toISOString() });
        expect((await talk.that(() => true)).callBridge).toBe(cms.bridge(0).url);
        await talk.that(({ callBridge }) => callBridge === cms.bridge(1).url);
        await until(async () => (cms.bridge(0).calls().length === 0 ? true : undefined), 30_000);
        expect(callsOf(cms, open.number ?? '')).toHaveLength(2);
        expect(dialsTo(cms, sipOf('talk'))).toBe(2);
      }),
    240_000,
  );
});
