/** The product's own assembly in this process, as a receiver: its listeners with its stores over a real Redis. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { type App, startApp } from '../../src/app.ts';
import { receiverToken, recordsPath } from '../../src/conference/attendance/receiver.ts';
import { loadConfig } from '../../src/config.ts';
import { identityKeyOf } from '../../workers/bookings.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';

export const host = 'roombridge.example.com';
export const callBridge = 'https://cms1.example.com:445';
export const board = 'board@example.com';

export interface Running extends AsyncDisposable {
  readonly redis: TestRedis;
  readonly publicPort: number;
  readonly adminPort: number;
  /** Where the call bridge sends its records. */
  readonly recordsPath: string;
  /** Messages of what was logged as an error since the last call. */
  errors(): string[];
  /** Of all lines. */
  longestLine(): number;
}

/** @param changed sections of the configuration */
export async function startRunning(changed: object = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-fuzz-'));
  const redis = await startRedis();
  const file = join(folder, 'roombridge.yaml');
  const configuration = {
    graph: {
      ...{ tenantId: 'tenant', clientId: 'client', clientSecret: 'lit-s3cret' },
      // Nobody is there: what asks Graph is told so at once.
      ...{
        apiUrl: 'https://127.0.0.1:9',
        loginUrl: 'https://127.0.0.1:9',
        notificationUrl: `https://${host}`,
      },
    },
    rooms: [
      { mailbox: board, name: 'Board', sip: 'board@video.example.com' },
      { mailbox: 'attic@example.com' },
    ],
    clusters: [
      {
        ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 80_991_000, quantity: 20 } },
        callBridges: [{ address: callBridge, username: 'api', password: 'lit-p1' }],
      },
    ],
    redis: { url: redis.url },
    dataDir: join(folder, 'data'),
    http: { public: { host: '127.0.0.1', port: 0 }, admin: { host: '127.0.0.1', port: 0 } },
    ...changed,
  };
  writeFileSync(file, stringify(configuration));
  let errors: string[] = [];
  let longest = 0;
  const lines = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const line = chunk.toString();
      longest = Math.max(longest, line.length);
      const { level, msg, err } = JSON.parse(line) as {
        level: number;
        msg: string;
        err?: { stack?: string };
      };
      if (level >= 50) errors.push(`${msg} ${err?.stack ?? ''}`);
      done();
    },
  });
  const config = loadConfig(file, {});
  const app: App = await startApp(config, 'receiver', pino({ level: 'info' }, lines));
  const portOf = (url = '') => Number(new URL(url).port);
  return {
    redis,
    publicPort: portOf(app.addresses.public),
    adminPort: portOf(app.addresses.admin),
    recordsPath: recordsPath + receiverToken(identityKeyOf(config), callBridge),
    errors: () => {
      const now = errors;
      errors = [];
      return now;
    },
    longestLine: () => longest,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await redis.close();
      rmSync(folder, { recursive: true });
    },
  };
}
