import { afterEach, describe, expect, it } from 'vitest';
import { type Admin, openAdmin } from './admin-fixture.ts';

const address = 'https://cms1.example.com:445';
const effect = { meetings: 3, sameNumber: 1, newNumber: 1, nowhere: 1, elsewhere: { apac: 1 }, days: [] };
const drain = {
  since: '2026-11-27T19:00:00.000Z',
  from: '2026-11-27T20:00:00.000Z',
  until: null,
  moveRunning: null,
};
const at = '2026-11-27T20:00:00Z';

let admin: Admin;
afterEach(() => admin.instance.close());

const origin = () => `http://127.0.0.1:${admin.port}`;

const pathTo = (what: string, of = address) => `/api/call-bridges/${encodeURIComponent(of)}/${what}`;

async function open(changed: Parameters<typeof openAdmin>[0] = {}): Promise<unknown[]> {
  const said: unknown[] = [];
  admin = await openAdmin({
    now: () => Date.parse('2026-11-27T10:00:00Z'),
    listCallBridges: async () => [{ address, cluster: 'emea', drain: null }],
    whatIf: async (of, from, to) => {
      said.push([of, from, to]);
      return of === address ? effect : undefined;
    },
    drain: async (of, order) => {
      said.push([of, order]);
      if (of !== address) return undefined;
      return order.force === true ? { done: true, drain, effect } : { done: false, left: 1 };
    },
    resume: async (of) => (of === address ? true : undefined),
    ...changed,
  });
  return said;
}

const post = (what: string, body: unknown, of?: string) =>
  fetch(origin() + pathTo(what, of), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('call bridges', () => {
  it('are listed, asked about, drained and resumed', async () => {
    const said = await open();
    expect(await (await fetch(`${origin()}/api/call-bridges`)).json()).toEqual({
      callBridges: [{ address, cluster: 'emea', drain: null }],
    });
    const asked = await fetch(`${origin()}${pathTo('what-if')}?from=${at}&to=2026-11-28T06:00:00Z`);
    expect(await asked.json()).toEqual({
      ...{ address, from: '2026-11-27T20:00:00.000Z', to: '2026-11-28T06:00:00.000Z' },
      ...effect,
    });
    expect(said.splice(0)).toEqual([[address, Date.parse(at), Date.parse('2026-11-28T06:00:00Z')]]);
    const order = { at, until: '2026-11-28T06:00:00+01:00', moveRunning: at, force: true };
    expect(await (await post('drain', order)).json()).toEqual({ address, drain, effect });
    expect(said).toEqual([
      [
        address,
        {
          ...{ from: Date.parse(at), until: Date.parse('2026-11-28T05:00:00Z'), moveRunning: Date.parse(at) },
          force: true,
        },
      ],
    ]);
    expect(await (await post('resume', {})).json()).toEqual({ address, resumed: true });
  });

  it('are not drained while meetings would be left, and the number is said', async () => {
    await open();
    const refused = await post('drain', {});
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/^1 meeting would be left without a call bridge or without a number/),
    });
  });

  it.each<[string, () => Promise<Response>, number, string | undefined]>([
    ['an unknown one to drain', () => post('drain', {}, 'https://other'), 404, undefined],
    ['an unknown one to resume', () => post('resume', {}, 'https://other'), 404, undefined],
    ['a time without its zone', () => post('drain', { at: '2026-11-27T20:00:00' }), 400, 'at'],
    ['a time that is none', () => post('drain', { at: '2026-13-41T20:00:00Z' }), 400, 'at'],
    ['a number for a time', () => post('drain', { moveRunning: 5 }), 400, 'moveRunning'],
    ['an end in the past', () => post('drain', { until: '2026-11-27T09:00:00Z' }), 400, 'until'],
    ['an end before its begin', () => post('drain', { at, until: '2026-11-27T19:00:00Z' }), 400, 'until'],
    ['force in words', () => post('drain', { force: 'yes' }), 400, 'force'],
    ['an unknown key', () => post('drain', { when: at }), 400, 'when'],
    ['a body that is none', () => post('drain', []), 400, undefined],
    ['a resume with something to say', () => post('resume', { at }), 400, 'at'],
    [
      'a form',
      () => fetch(origin() + pathTo('drain'), { method: 'POST', body: new URLSearchParams() }),
      415,
      undefined,
    ],
    ['a drain by GET', () => fetch(origin() + pathTo('drain')), 405, undefined],
    ['no window', () => fetch(origin() + pathTo('what-if')), 400, 'from'],
    ['half a window', () => fetch(`${origin()}${pathTo('what-if')}?from=${at}`), 400, 'to'],
    ['a window from its end', () => fetch(`${origin()}${pathTo('what-if')}?from=${at}&to=${at}`), 400, 'to'],
    [
      'a window of years',
      () => fetch(`${origin()}${pathTo('what-if')}?from=${at}&to=2029-11-27T20:00:00Z`),
      400,
      'to',
    ],
    [
      'two begins',
      () => fetch(`${origin()}${pathTo('what-if')}?from=${at}&from=${at}&to=${at}`),
      400,
      'from',
    ],
    ['another parameter', () => fetch(`${origin()}${pathTo('what-if')}?since=${at}`), 400, 'since'],
  ])('%s is refused', async (_, ask, status, parameter) => {
    const said = await open({ drain: async () => undefined });
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, ...(parameter === undefined ? {} : { parameter }) });
    expect(said).toEqual([]);
  });

  it('are not spoken of while Redis is away', async () => {
    await open({
      drain: () => Promise.reject(new Error('down')),
      listCallBridges: () => Promise.reject(new Error('down')),
    });
    expect((await post('drain', {})).status).toBe(503);
    expect((await fetch(`${origin()}/api/call-bridges`)).status).toBe(503);
  });
});
