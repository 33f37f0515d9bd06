/** A list is read whole however the bridge cuts it, and whatever comes and goes meanwhile. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listCallLegs } from '../../src/cms/call-legs.ts';
import { listCalls } from '../../src/cms/calls.ts';
import { listCallLegProfiles, listCallProfiles } from '../../src/cms/profiles.ts';
import { listSpaces } from '../../src/cms/spaces.ts';
import { RawBridge } from './raw-bridge.ts';

const many = (count: number, prefix = 's') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const item = (tag: string, id: string) => `<${tag} id="${id}"><name>${id}</name></${tag}>`;

let bridge: RawBridge;
let ids: string[];
/** What happens between the pages; the number is that of the page just given, from 1. */
let meanwhile: (page: number) => void;
let cap: number;

beforeEach(async () => {
  cap = 20;
  meanwhile = () => {};
  bridge = await RawBridge.start(({ path, query, xml }) => {
    const list = path.split('/').at(-1) ?? '';
    const tag = list.slice(0, -1);
    const offset = Number(query.offset ?? 0);
    // The bridge's own cap, whatever limit is asked for.
    const page = ids.slice(offset, offset + cap);
    xml(`<${list} total="${ids.length}">${page.map((id) => item(tag, id)).join('')}</${list}>`);
    meanwhile(bridge.requests.length);
  });
});
afterEach(() => bridge.stop());

async function spaces(): Promise<string[]> {
  const found: string[] = [];
  for await (const space of listSpaces(bridge.client())) found.push(space.id);
  return found;
}

test.each([0, 1, 19, 20, 21, 40, 47])('%i spaces are all found by pages of 20', async (count) => {
  ids = many(count);
  expect(await spaces()).toEqual(ids);
  expect(bridge.requests).toHaveLength(Math.max(1, Math.ceil(count / 20)));
  expect(bridge.requests.map(({ query }) => Number(query.offset))).toEqual(
    bridge.requests.map((_, page) => page * 20),
  );
});

test('calls, legs and profiles are found by pages of 10', async () => {
  cap = 10;
  ids = many(34);
  const client = bridge.client();
  expect((await listCalls(client)).map(({ id }) => id)).toEqual(ids);
  expect((await listCallLegs(client, 'c1')).map(({ id }) => id)).toEqual(ids);
  expect(await listCallProfiles(client)).toEqual(ids);
  expect(await listCallLegProfiles(client)).toEqual(ids);
  expect(new Set(bridge.requests.map(({ path }) => path))).toEqual(
    new Set([
      '/api/v1/calls',
      '/api/v1/calls/c1/callLegs',
      '/api/v1/callProfiles',
      '/api/v1/callLegProfiles',
    ]),
  );
});

test('what is pushed to the next page is not found twice', async () => {
  ids = many(45);
  const all = [...ids];
  meanwhile = (page) => {
    if (page === 1) ids.unshift('new1', 'new2');
  };
  expect(await spaces()).toEqual(all);
});

test('what is pulled to the page before is not missed', async () => {
  ids = many(65);
  const survivors = ids.slice(3);
  meanwhile = (page) => {
    if (page === 1) ids.splice(0, 3);
    if (page === 3) ids.splice(0, 1);
  };
  expect((await spaces()).filter((id) => survivors.includes(id))).toEqual(survivors);
});

test('a list that empties meanwhile comes to an end', async () => {
  ids = many(60);
  meanwhile = () => {
    ids.splice(0, 30);
  };
  expect((await spaces()).slice(0, 20)).toEqual(many(20));
});

test('a list that changes with every page comes to an end', async () => {
  ids = many(45);
  meanwhile = (page) => {
    if (page % 2 === 1) ids.splice(0, 20);
    else ids.unshift(...many(20, `p${page}-`));
  };
  await spaces();
  expect(bridge.requests.length).toBeLessThan(100);
});

test('a bridge that gives the same page for any offset comes to an end', async () => {
  bridge.handler = ({ xml }) =>
    xml(
      `<coSpaces total="45">${many(20)
        .map((id) => item('coSpace', id))
        .join('')}</coSpaces>`,
    );
  expect(await spaces()).toEqual(many(20));
  expect(bridge.requests).toHaveLength(3);
});

test('a total beyond what there is comes to an end', async () => {
  bridge.handler = ({ query, xml }) =>
    xml(`<coSpaces total="9">${query.offset === '0' ? item('coSpace', 'a') : ''}</coSpaces>`);
  expect(await spaces()).toEqual(['a']);
});

test('a list without a total is one page', async () => {
  bridge.handler = ({ xml }) => xml(`<coSpaces>${item('coSpace', 'a')}</coSpaces>`);
  expect(await spaces()).toEqual(['a']);
});

test('a walk that is left early asks for no more', async () => {
  ids = many(100);
  for await (const space of listSpaces(bridge.client())) if (space.id === 's5') break;
  expect(bridge.requests).toHaveLength(1);
});

test('the filter goes with every page', async () => {
  ids = many(25);
  for await (const _ of listSpaces(bridge.client(), { filter: 'TMS_' }));
  expect(bridge.requests.map(({ query }) => query.filter)).toEqual(['TMS_', 'TMS_']);
});

test('pages that bring the same again and again have no end, and are given up', async () => {
  bridge.handler = ({ xml }) => xml(`<calls total="${'9'.repeat(400)}">${item('call', 'c')}</calls>`);
  await expect(listCalls(bridge.client())).rejects.toMatchObject({ name: 'CmsFault', kind: 'garbled' });
});

test('what is no id leads nowhere', async () => {
  const odd = ['../system/status', 'a/b', 'a?b', '..', 'a b', ''].map((id) => item('callLeg', id));
  bridge.handler = ({ xml }) =>
    xml(`<callLegs total="7">${odd.join('')}${item('callLeg', 'good')}</callLegs>`);
  expect((await listCallLegs(bridge.client(), 'c')).map(({ id }) => id)).toEqual(['good']);
  const asked = bridge.requests.length;
  await expect(listCallLegs(bridge.client(), '../../x')).rejects.toMatchObject({
    kind: 'garbled',
    sent: false,
  });
  expect(bridge.requests).toHaveLength(asked);
});
