/** A configuration for the calendar's side in virtual time: one cluster with few numbers, and no bridge behind them. */
import { type Config, type RoomConfig, standardPolicies } from '../../src/config.ts';

export const tenantId = '5f0f6a2e-0000-4000-8000-000000000001';
export const clientId = '5f0f6a2e-0000-4000-8000-000000000002';
export const clientSecret = 'a-secret-of-the-simulated-tenant';
export const notificationUrl = 'https://roombridge.example.com';
export const base = 80_991_000;

export type RoomOptions = Pick<RoomConfig, 'mailbox'> & Partial<RoomConfig>;

export interface ConfigurationOptions {
  /** Where Graph and the sign-in are, without a slash at the end. */
  readonly graphUrl: string;
  /** PEM. */
  readonly ca: string;
  readonly rooms: readonly RoomOptions[];
  /** Numbers from `base` on. */
  readonly quantity: number;
  readonly calendar?: Partial<Config['calendar']>;
  readonly conference?: Partial<Config['conference']>;
  readonly invitation?: Partial<Config['invitation']>;
  /** In place of the standard policies. */
  readonly access?: Config['access'];
  /** In place of the one cluster `main`. */
  readonly clusters?: Config['clusters'];
}

export function configurationOf(options: ConfigurationOptions): Config {
  const { graphUrl, ca, rooms, quantity } = options;
  return {
    graph: {
      ...{ tenantId, clientId, ca, notificationUrl, loginUrl: graphUrl, apiUrl: graphUrl },
      credential: { kind: 'secret', secret: clientSecret },
    },
    rooms: rooms.map((room) => ({ privacy: 'none', conference: 'always', ...room })),
    clusters: options.clusters ?? [
      {
        name: 'main',
        domain: 'video.example.com',
        numbers: { base, quantity },
        slotName: 'TMS_Scheduled_Meeting_',
        accessNumbers: [],
        callBridges: [],
      },
    ],
    calendar: { sweep: 240_000, horizon: 180 * 86_400_000, audit: '02:30', ...options.calendar },
    conference: {
      ...{
        setup: 300_000,
        teardown: 300_000,
        lead: 30_000,
        preflight: 900_000,
        passcode: 'random',
        passcodeLength: 6,
        access: 'open',
        onlineMeetings: 'also',
      },
      extension: {
        ...{ by: 900_000, times: 16, rooms: 'ignore-muted', ignore: [] },
        ...{ roomCalendar: true, warnings: [300_000, 60_000] },
      },
      ...{ earlyJoin: 'open', release: { after: 0, room: false }, attendance: 0 },
      askedBy: { keywords: ['@meet'], categories: [] },
      ...options.conference,
    },
    cdr: { receive: false, from: [] },
    access: options.access ?? standardPolicies(),
    invitation: {
      ways: ['event', 'mail', 'reply'],
      language: 'en',
      timeZone: 'UTC',
      alsoTell: [],
      ...options.invitation,
    },
    redis: undefined,
    dataDir: '/nonexistent',
    http: { public: { host: '127.0.0.1', port: 0 }, admin: { host: '127.0.0.1', port: 0 } },
    log: { level: 'silent', format: 'json' },
    proxy: {},
  };
}
