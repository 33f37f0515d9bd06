/** Each way to Redis as the file says it, and as the program has it. */
import { expect, it } from 'vitest';
import { changed, load, pem } from './sound.ts';

const redis = (given: object) => load(changed(['redis', given])).redis;

it('is one server, as ever, and with TLS what vouches for it and for us', () => {
  expect(redis({ url: 'rediss://roombridge:s%2Fcret@redis.example.com:6390/2' })).toEqual({
    url: 'rediss://roombridge:s%2Fcret@redis.example.com:6390/2',
  });
  const clientCertificate = { certificate: 'a.pem', privateKey: 'a.key' };
  expect(redis({ url: 'rediss://redis.example.com', ca: 'a.pem', clientCertificate })).toEqual({
    url: 'rediss://redis.example.com',
    tls: { ca: pem('a.pem'), client: { certificate: pem('a.pem'), privateKey: pem('a.key') } },
  });
});

it('is the one that Sentinels name, who have a login and TLS of their own', () => {
  const nodes = ['s1.example.com:26379', '[fd00::2]:26379'];
  expect(redis({ sentinels: { name: 'mymaster', nodes } })).toEqual({
    ...{
      sentinels: {
        name: 'mymaster',
        nodes: [
          { host: 's1.example.com', port: 26_379 },
          { host: 'fd00::2', port: 26_379 },
        ],
      },
    },
    database: 0,
  });
  expect(
    redis({
      sentinels: { name: 'mymaster', nodes: ['s1.example.com:26379'], password: 'watching', tls: true },
      ...{ username: 'roombridge', password: 'secret', database: 3, tls: true, ca: 'a.pem' },
    }),
  ).toEqual({
    sentinels: {
      ...{ name: 'mymaster', nodes: [{ host: 's1.example.com', port: 26_379 }] },
      ...{ password: 'watching', tls: { ca: pem('a.pem') } },
    },
    ...{ username: 'roombridge', password: 'secret', database: 3, tls: { ca: pem('a.pem') } },
  });
});

it('is a Cluster, of which some nodes are named', () => {
  expect(redis({ cluster: ['127.0.0.1:7000', 'redis2:7000'], password: 'secret', tls: true })).toEqual({
    cluster: [
      { host: '127.0.0.1', port: 7_000 },
      { host: 'redis2', port: 7_000 },
    ],
    ...{ password: 'secret', tls: {} },
  });
});
