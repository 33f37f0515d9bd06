import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseNotifications } from '../../src/http/notification-body.ts';

/** Payloads as Microsoft documents them; see test/fixtures/graph/README.md. */
function documented(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/graph/${name}.json`, import.meta.url));
}

test('the notification of the documentation is read', () => {
  expect(parseNotifications(documented('notifications'))).toEqual([
    {
      eventId: '{long_id_string}',
      changeType: 'created',
      subscriptionId: '{subscription_guid}',
      clientState: 'ourSecretValue',
      lifecycle: undefined,
    },
  ]);
});

test.each([
  ['lifecycle-removed', 'subscriptionRemoved'],
  ['lifecycle-missed', 'missed'],
  ['lifecycle-reauthorization', 'reauthorizationRequired'],
])('the lifecycle payload of the documentation is read: %s', (name, lifecycle) => {
  const [item, ...more] = parseNotifications(documented(name)) ?? [];
  expect(more).toEqual([]);
  expect(item).toMatchObject({ lifecycle });
  expect(typeof item?.clientState).toBe('string');
});

test('no body whatever throws', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.jsonValue(), (bytes, value) => {
      parseNotifications(bytes);
      parseNotifications(Buffer.from(JSON.stringify({ value: [value] })));
    }),
  );
});
