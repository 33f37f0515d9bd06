/** What is asked of the stores on a real Redis is asked of them on the simulated one: the same tests, BullMQ in some. */
import { describe } from 'vitest';

process.env.ROOMBRIDGE_TEST_REDIS = 'simulated';

const files = [
  ...[
    'agenda',
    'attempts',
    'attendance',
    'audit-log',
    'bridges',
    'calendars',
    'changes',
    'epoch',
    'exchanges',
  ],
  ...['former-slots', 'free-times', 'meetings', 'open-calls', 'operations', 'places', 'rooms', 'slots'],
  ...['tickets', 'told'],
];

for (const name of files) describe(name, async () => void (await import(`../../redis/${name}.test.ts`)));
