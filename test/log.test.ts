/** What the log has of an error: its words and its vocabulary, and nothing of what it was about. */
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { CmsFault } from '../src/cms/fault.ts';
import { errorView } from '../src/log.ts';
import { startRedis } from './redis/server.ts';

it('words, kind and cause are told', () => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const fault = new CmsFault('GET /x at https://cms1: it closed the connection', {
    ...{ kind: 'unreachable', callBridge: 'https://cms1', sent: true, cause },
  });
  expect(errorView(fault)).toEqual({
    ...{ type: 'CmsFault', message: `${fault.message}: read ECONNRESET`, kind: 'unreachable' },
    ...{ callBridge: 'https://cms1', sent: true, reasons: [] },
    stack: expect.stringContaining('caused by: Error: read ECONNRESET'),
  });
  expect(errorView(new AggregateError([cause], 'all failed'))).toMatchObject({
    ...{ message: 'all failed', errors: [{ message: 'read ECONNRESET', code: 'ECONNRESET' }] },
  });
});

it('the command that Redis refused is not', async () => {
  const { url, close } = await startRedis();
  const redis = new Redis(url);
  const error = await redis.call('SET', 'key', 'a-passcode', 'WRONG').catch((reason: unknown) => reason);
  expect(JSON.stringify({ ...(error as object) })).toContain('a-passcode');
  expect(JSON.stringify(errorView(error))).toMatch(/^(?!.*a-passcode).*syntax error/);
  redis.disconnect();
  await close();
});

it.each([['a secret'], [{ token: 'a secret' }], [undefined]])(
  'what is thrown and no error is not: %o',
  (thrown) => {
    expect(JSON.stringify(errorView(thrown))).toMatch(/^(?!.*a secret).*no error was thrown/);
  },
);
