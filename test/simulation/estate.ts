/** The configuration of the simulated estate: rooms with an endpoint each, and one cluster. */
import type { Config } from '../../src/config.ts';
import { configurationOf } from '../virtual/configuration.ts';
import { mailboxOf, sipOf } from './people.ts';
import { roomCount, type Scenario } from './scenario.ts';

export const graphUrl = 'https://graph.simulated';
const quantity = 40;

interface Member {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export function configOf(settings: Scenario['settings'], bridges: readonly Member[]): Config {
  const rooms = Array.from({ length: roomCount }, (_, i) => mailboxOf(i));
  return configurationOf({
    ...{ graphUrl, ca: '', quantity },
    rooms: rooms.map((mailbox) => ({ mailbox, sip: sipOf(mailbox) })),
    conference: {
      ...{ ...settings, preflight: 120_000 },
      // What goes on beyond its end would have to be told apart from what was forgotten.
      extension: {
        by: 900_000,
        times: 0,
        rooms: 'ignore-muted',
        ignore: [],
        roomCalendar: false,
        warnings: [],
      },
    },
    clusters: [
      {
        ...{ name: 'main', domain: 'video.example.com', numbers: { base: 80_991_000, quantity } },
        ...{ slotName: 'TMS_Scheduled_Meeting_', accessNumbers: [] },
        callBridges: bridges.map(({ url, username, password }) => ({
          ...{ address: url, username, password, requests: 8 },
        })),
      },
    ],
  });
}
