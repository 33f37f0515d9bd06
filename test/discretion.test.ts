import { expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import { clearEnvironment, discretionOf } from '../src/discretion.ts';

it('every secret of a configuration is one, wherever it stands, and its addresses are none', () => {
  const config = {
    graph: {
      credential: { kind: 'secret', secret: 'the client secret' },
      notificationUrl: 'https://video.example.com',
    },
    redis: { url: 'redis://:of-redis@127.0.0.1' },
    clusters: [{ callBridges: [{ address: 'https://cms1', username: 'api', password: 'of-cms1' }] }],
    rooms: [{ mailbox: 'Board@x.example', sip: 'sip:board@video.example' }, { mailbox: 'attic@x.example' }],
    tickets: { tell: [{ url: 'https://hooks.example', secrets: ['first-key', 'second-key'] }] },
    http: { admin: { tls: { privateKey: 'PEM' } }, public: { tls: { privateKey: '-----BEGIN' } } },
  } as unknown as Config;
  const { known, secrets } = discretionOf(config);
  expect(secrets).toEqual([
    ...['the client secret', 'of-redis', 'of-cms1', 'first-key', 'second-key', '-----BEGIN'],
  ]);
  expect([...known]).toEqual([
    ...['board@x.example', 'sip:board@video.example', 'board@video.example', 'attic@x.example'],
  ]);
});

it('what holds a secret goes out of the environment, and nothing else does', () => {
  const kept = { HOME: '/root', NOTE: 'rooted' };
  const env: NodeJS.ProcessEnv = {
    REDIS: 'redis://:of-redis@127.0.0.1',
    SECRET: 'the-secret',
    PW: 'root',
    ...kept,
  };
  const config = {
    ...{ graph: { credential: { secret: 'the-secret' } }, redis: { url: env.REDIS } },
    clusters: [{ callBridges: [{ password: env.PW }] }],
  };
  clearEnvironment(env, config as unknown as Config);
  expect(env).toEqual(kept);
});
