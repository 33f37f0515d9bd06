/** What operators order at the admin listener: each order reaches the conference as it is meant, and what is wrong is named. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Operation, Outcome } from '../../src/conference/operation/operation.ts';
import type { OperationPorts } from '../../src/http/admin/operations.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

type Ordered = Parameters<OperationPorts['operate']>[1];

let admin: Admin;
afterEach(() => admin.instance.close());

const key = 'series@2026-11-27/é';
const done: Outcome = { state: 'done', at: Date.parse('2026-11-27T10:00:00Z') };

async function open(
  answer: (key: string) => Promise<Outcome | 'waiting' | 'absent' | 'another'> = async () => done,
) {
  const asked: [key: string, ordered: Ordered][] = [];
  admin = await openAdmin({
    operate: async (of, ordered) => {
      asked.push([of, ordered]);
      return await answer(of);
    },
  });
  return asked;
}

async function post(body: unknown, of = key) {
  const answer = await admin.ask(`/api/meetings/${encodeURIComponent(of)}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { ...answer, json: JSON.parse(answer.body) as Record<string, unknown> };
}

const by = 'olga';
const some = ['ann', '5e0c7a4a-0001'];
const many = (count: number) => Array.from({ length: count }, (_, i) => `p-${i}`);

describe('an order', () => {
  it.each<[string, object, Operation]>([
    ['dial', { address: 'Ann@x.example' }, { do: 'dial', address: 'Ann@x.example' }],
    [
      'dial by a whole URI',
      { do: 'dial', address: ' sips:ann@[2001-db8].x:5061 ' },
      { do: 'dial', address: 'sips:ann@[2001-db8].x:5061' },
    ],
    ['redial', { room: ' Board@Example.com' }, { do: 'redial', room: 'board@example.com' }],
    ['drop', { who: 'all' }, { do: 'drop', who: 'all' }],
    ['drop some', { do: 'drop', who: some }, { do: 'drop', who: some }],
    ['drop many', { do: 'drop', who: many(200) }, { do: 'drop', who: many(200) }],
    ['mute', { who: 'all', audio: true }, { do: 'mute', who: 'all', audio: true }],
    [
      'mute nothing but video',
      { do: 'mute', who: some, video: false },
      { do: 'mute', who: some, video: false },
    ],
    [
      'mute both',
      { do: 'mute', who: some, audio: false, video: true },
      { do: 'mute', who: some, audio: false, video: true },
    ],
    ['layout', { who: 'all', layout: 'stacked' }, { do: 'layout', who: 'all', layout: 'stacked' }],
    ['importance', { who: some, importance: 0 }, { do: 'importance', who: some, importance: 0 }],
    [
      'importance at its most',
      { do: 'importance', who: some, importance: 2_147_483_647 },
      { do: 'importance', who: some, importance: 2_147_483_647 },
    ],
    [
      'importance taken back',
      { do: 'importance', who: some, importance: null },
      { do: 'importance', who: some, importance: null },
    ],
    ['lock', { locked: true }, { do: 'lock', locked: true }],
    ['unlock', { do: 'lock', locked: false }, { do: 'lock', locked: false }],
    ['admit', { who: 'all' }, { do: 'admit', who: 'all' }],
    ['send-to-lobby', { who: some }, { do: 'send-to-lobby', who: some }],
    ['message', { text: ' Öl ', seconds: 1 }, { do: 'message', text: 'Öl', seconds: 1 }],
    [
      'message at its longest',
      { do: 'message', text: 'x'.repeat(500), seconds: 3_600 },
      { do: 'message', text: 'x'.repeat(500), seconds: 3_600 },
    ],
    ['record', { on: true }, { do: 'record', on: true }],
    ['stream', { on: false }, { do: 'stream', on: false }],
    ['start', {}, { do: 'start' }],
    ['end', {}, { do: 'end' }],
    ['move', { who: some, to: key, number: '8001' }, { do: 'move', who: some, to: key, number: '8001' }],
    [
      'move past the lobby',
      { do: 'move', who: some, to: key, number: '8001', pastLobby: true },
      { do: 'move', who: some, to: key, number: '8001', pastLobby: true },
    ],
    ['tell-again', {}, { do: 'tell-again' }],
    ['place-again', {}, { do: 'place-again' }],
    ['place-again', { number: '80991007' }, { do: 'place-again', number: '80991007' }],
    ['move-bridge', {}, { do: 'move-bridge' }],
    ['move-bridge', { to: 'https://cms2.x' }, { do: 'move-bridge', to: 'https://cms2.x' }],
  ])('to %s reaches the conference as it is meant', async (name, body, operation) => {
    const asked = await open();
    const answer = await post({ do: name, ...body, by, request: 'r-1' });
    expect(answer.json).toEqual({ request: 'r-1', state: 'done', at: '2026-11-27T10:00:00.000Z' });
    expect(answer.status).toBe(200);
    expect(asked).toEqual([[key, { request: 'r-1', by, operation }]]);
  });

  it('may carry a request of its own, by which it is known again; else one is made up for it', async () => {
    const asked = await open();
    const said = [];
    for (const request of [' mine ', undefined, undefined])
      said.push((await post({ do: 'end', by, request })).json.request);
    expect(said).toEqual(['mine', expect.stringMatching(/^[0-9a-f-]{36}$/), expect.any(String)]);
    expect(new Set(said).size).toBe(3);
    expect(asked.map(([, { request }]) => request)).toEqual(said);
  });

  it('that is not settled yet waits, and what it is to be asked for with is said', async () => {
    await open(async () => 'waiting');
    const answer = await post({ do: 'end', by, request: 'r-1' });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ request: 'r-1', state: 'waiting' });
  });

  it('made for something else with the same request is a conflict', async () => {
    await open(async () => 'another');
    const answer = await post({ do: 'end', by, request: 'r-1' });
    expect(answer.json).toMatchObject({ status: 409, parameter: 'request' });
  });

  it('says what was done where that is not plain from what was ordered', async () => {
    const did = { what: 'placed' as const, number: '80991008' };
    await open(async () => ({ ...done, did }));
    expect((await post({ do: 'place-again', by })).json).toMatchObject({ state: 'done', did });
  });

  it('that was refused, or done for some only, says why and for whom', async () => {
    const participants = [
      { participant: 'ann' },
      { participant: 'ben', refusal: 'nobody' as const, detail: 'gone' },
    ];
    const outcome: Outcome = { ...done, state: 'partly', participants };
    await open(async () => outcome);
    expect((await post({ do: 'drop', who: ['ann', 'ben'], by })).json).toMatchObject({
      ...{ state: 'partly', participants },
    });
  });

  it('of a meeting that nobody knows is for nobody', async () => {
    await open(async () => 'absent');
    const answer = await post({ do: 'end', by }, 'no such');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json).toMatchObject({ status: 404, detail: 'No meeting has this key.' });
  });

  it('waits for nobody while Redis is away', async () => {
    await open(() => Promise.reject(new Error('ECONNREFUSED')));
    const answer = await post({ do: 'end', by });
    expect(answer.status).toBe(503);
    expect(answer.body).not.toContain('ECONNREFUSED');
  });
});

describe('an order with a mistake', () => {
  const layout = { do: 'layout', who: 'all' };
  const importance = { do: 'importance', who: some };
  const message = { do: 'message', text: 'Ten minutes' };
  const move = { do: 'move', who: some, to: key };
  const ids = 'expected ids of participants';
  const all = 'expected all, or a list of 1 to 200 ids of participants';
  const sip = 'expected a SIP address such as boardroom@video.example.com';
  const whole = 'expected a whole number from 0 to 2147483647, or null';
  const seconds = 'expected a whole number of seconds from 1 to 3600';
  const words = 'expected a text of 1 to 500 characters';
  const who = 'expected who orders it, in 1 to 100 characters';
  it.each<[string, object, parameter: string, expected: string]>([
    ['no word', {}, 'do', 'expected one of dial, redial, drop, '],
    ['an unknown word', { do: 'sing' }, 'do', 'expected one of dial, redial, drop, '],
    ['a word of objects', { do: 'constructor' }, 'do', 'expected one of dial, redial, drop, '],
    ['several words', { do: ['end'] }, 'do', 'expected one of dial, redial, drop, '],
    [
      'the program’s own word',
      { do: 'take-in', participant: 'ann', from: 'k' },
      'do',
      'expected one of dial',
    ],
    ['nobody who orders it', { do: 'end', by: undefined }, 'by', who],
    ['an empty name', { do: 'end', by: '' }, 'by', who],
    ['a name of spaces', { do: 'end', by: '  ' }, 'by', who],
    ['a name without end', { do: 'end', by: 'x'.repeat(101) }, 'by', who],
    ['an empty request', { do: 'end', request: '' }, 'request', 'expected a text of 1 to 64 characters'],
    ['a long request', { do: 'end', request: 'x'.repeat(65) }, 'request', 'expected a text of 1 to 64 '],
    ['a number for a request', { do: 'end', request: 7 }, 'request', 'expected a text of 1 to 64 '],
    ['an unknown key', { do: 'end', force: true }, 'force', 'unknown'],
    ['a key of another word', { do: 'lock', locked: true, who: 'all' }, 'who', 'unknown'],
    ['no address', { do: 'dial' }, 'address', sip],
    ['an empty address', { do: 'dial', address: ' ' }, 'address', sip],
    ['an address with spaces', { do: 'dial', address: 'ann smith@x.example' }, 'address', sip],
    ['an address with a quote', { do: 'dial', address: '"Ann"@x.example' }, 'address', sip],
    ['an address with a name', { do: 'dial', address: 'Ann <ann@x.example>' }, 'address', sip],
    ['an address with parameters', { do: 'dial', address: 'ann@x.example;transport=tcp' }, 'address', sip],
    ['an address of a web page', { do: 'dial', address: 'https://ann@x.example/' }, 'address', sip],
    ['an address of nobody', { do: 'dial', address: '@x.example' }, 'address', sip],
    ['an address nowhere', { do: 'dial', address: 'ann' }, 'address', sip],
    ['an address in two lines', { do: 'dial', address: 'ann@x.example\nben@x.example' }, 'address', sip],
    ['an address without end', { do: 'dial', address: `${'a'.repeat(250)}@x` }, 'address', sip],
    ['no room', { do: 'redial' }, 'room', "expected a room's mailbox"],
    ['a room without a name', { do: 'redial', room: '' }, 'room', "expected a room's mailbox"],
    ['nobody', { do: 'drop' }, 'who', all],
    ['somebody as a text', { do: 'drop', who: 'ann' }, 'who', all],
    ['all in a list of numbers', { do: 'drop', who: [1] }, 'who', all],
    ['an empty list', { do: 'drop', who: [] }, 'who', 'expected at least one id'],
    ['a list without end', { do: 'drop', who: many(201) }, 'who', all],
    ['too many to be moved', { ...move, who: many(201), number: '8001' }, 'who', 'expected 200 ids at most'],
    ['an id that is none', { do: 'drop', who: ['ann', 'a/../b'] }, 'who.1', ids],
    ['an id that is empty', { do: 'mute', audio: true, who: [''] }, 'who.0', ids],
    ['an id without end', { do: 'drop', who: ['a'.repeat(101)] }, 'who.0', ids],
    ['all where some are meant', { do: 'send-to-lobby', who: 'all' }, 'who', 'expected a list of ids'],
    ['all to be moved', { ...move, who: 'all', number: '8001' }, 'who', 'expected a list of ids'],
    ['nobody to be moved', { ...move, who: [], number: '8001' }, 'who', 'expected at least one id'],
    [
      'nothing to be muted',
      { do: 'mute', who: 'all' },
      'audio',
      'expected true or false for audio, video or',
    ],
    ['a mute in words', { do: 'mute', who: 'all', audio: 'yes' }, 'audio', 'expected true or false'],
    ['a picture in numbers', { do: 'mute', who: 'all', video: 1 }, 'video', 'expected true or false'],
    ['no layout', layout, 'layout', 'expected one of allEqual, stacked'],
    [
      'a layout that nobody knows',
      { ...layout, layout: 'mosaic' },
      'layout',
      'expected one of allEqual, stacked',
    ],
    ['no importance', importance, 'importance', whole],
    ['an importance below all', { ...importance, importance: -1 }, 'importance', whole],
    ['an importance above all', { ...importance, importance: 2_147_483_648 }, 'importance', whole],
    ['half an importance', { ...importance, importance: 0.5 }, 'importance', whole],
    ['an importance in words', { ...importance, importance: '5' }, 'importance', whole],
    ['a lock that is neither', { do: 'lock' }, 'locked', 'expected true or false'],
    ['an empty message', { ...message, text: '', seconds: 30 }, 'text', words],
    ['a message of spaces', { ...message, text: ' \n', seconds: 30 }, 'text', words],
    ['a message that is too long', { ...message, text: 'x'.repeat(501), seconds: 30 }, 'text', words],
    ['no time', message, 'seconds', seconds],
    ['no time at all', { ...message, seconds: 0 }, 'seconds', seconds],
    ['more than an hour', { ...message, seconds: 3_601 }, 'seconds', seconds],
    ['parts of seconds', { ...message, seconds: 1.5 }, 'seconds', seconds],
    ['seconds in words', { ...message, seconds: '30' }, 'seconds', seconds],
    [
      'minutes in words',
      { do: 'extend', minutes: '10' },
      'minutes',
      'expected a whole number of minutes from 1 to 480',
    ],
    [
      'no minutes',
      { do: 'extend', minutes: 0 },
      'minutes',
      'expected a whole number of minutes from 1 to 480',
    ],
    ['a recording that is neither on nor off', { do: 'record', on: 'off' }, 'on', 'expected true or false'],
    ['a stream that is neither', { do: 'stream' }, 'on', 'expected true or false'],
    ['no number of the other meeting', move, 'number', "expected the other meeting's number, for certainty"],
    ['no other meeting', { ...move, to: '', number: '8001' }, 'to', 'expected the key of the other meeting'],
    [
      'a lobby in words',
      { ...move, number: '8001', pastLobby: 'yes' },
      'pastLobby',
      'expected true or false',
    ],
  ])('%s: is refused, with what is wrong and what is expected', async (_, body, parameter, expected) => {
    const asked = await open();
    const answer = await post({ by, ...body });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json).toMatchObject({ status: 400, parameter });
    expect(answer.json.detail).toEqual(expect.stringContaining(`${parameter}: ${expected}`));
    expect(asked).toEqual([]);
  });

  it.each([
    ['a list', '[]'],
    ['a text', '"end"'],
    ['nothing', 'null'],
    ['no JSON', '{"do":'],
    ['an empty body', ''],
  ])('whose body is %s is refused', async (_, body) => {
    const asked = await open();
    expect((await post(body)).json).toMatchObject({ status: 400, detail: 'The body is not a JSON object.' });
    expect(asked).toEqual([]);
  });

  it('that is longer than any order is not read', async () => {
    const asked = await open();
    expect((await post({ do: 'end', by: 'x'.repeat(16_384) })).status).toBe(413);
    expect(asked).toEqual([]);
  });
});

it('nothing but a POST of JSON orders anything, so that no page of another site can', async () => {
  const asked = await open();
  const path = `/api/meetings/${encodeURIComponent(key)}/operations`;
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect(await admin.ask(path, { method })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  const body = JSON.stringify({ do: 'end', by });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/problem+json'])
    expect((await admin.ask(path, { method: 'POST', headers: { 'content-type': type }, body })).status).toBe(
      415,
    );
  expect((await admin.ask(path, { method: 'POST', body })).status).toBe(415);
  expect(asked).toEqual([]);
});
