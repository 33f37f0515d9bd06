/** What `roombridge check` says of webhooks that are told of tickets. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkTargets } from '../src/check-targets.ts';
import { Receiver, secret } from './workers/receiver.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.open();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.answering = 204;
  receiver.received.length = 0;
});

const checked = (change: object = {}) =>
  checkTargets({
    tickets: {
      tell: [
        { ...{ kind: 'webhook', url: receiver.url, secret, severities: ['critical'] }, ...change },
        { kind: 'mail', to: ['ops@example.com'], from: 'rb@example.com', severities: ['critical'] },
      ],
    },
    proxy: {},
  });

it('a webhook that takes a signed test is well', async () => {
  expect(await checked()).toEqual([
    { what: `webhook ${new URL(receiver.url).origin}`, state: 'ok', detail: 'takes a signed event' },
  ]);
  expect(receiver.received).toEqual([expect.objectContaining({ event: 'test', ticket: null })]);
});

it.each([
  ['with another secret', { secret: 'another-secret-of-ours' }, 204, /\(status 401\)$/],
  ['that has gone', {}, 410, /\(410\)$/],
  ['that fails', {}, 503, /\(status 503\)$/],
])('one %s is not', async (_, change, status, detail) => {
  receiver.answering = status;
  const [finding] = await checked(change);
  expect(finding).toMatchObject({ state: 'FAILED', detail: expect.stringMatching(detail) });
  expect(JSON.stringify(finding)).not.toMatch(/secret-|\/hook/);
});

it('one where nobody listens is not', async () => {
  const closed = await Receiver.open();
  await closed.close();
  expect(await checked({ url: closed.url })).toMatchObject([
    { state: 'FAILED', detail: 'does not take a signed event (ECONNREFUSED)' },
  ]);
});

it('without any there is nothing to say', async () => {
  expect(await checkTargets({ proxy: {} })).toEqual([]);
});
