import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLifecycle, parseNotifications, sameClientState } from '../../src/graph/notifications.ts';
import { fixture } from './recorded-server.ts';

test('the notification of the documentation is read', () => {
  expect(parseNotifications(fixture('notifications'))).toEqual({
    items: [
      {
        subscriptionId: '{subscription_guid}',
        clientState: 'ourSecretValue',
        changeType: 'created',
        resourceId: '{long_id_string}',
      },
    ],
    malformed: 0,
  });
});

test.each([
  ['lifecycle-removed', '<subscription_guid>', '<ourSecret>', 'subscriptionRemoved'],
  ['lifecycle-missed', '<subscription_guid>', '<ourSecret>', 'missed'],
  [
    'lifecycle-reauthorization',
    '5b0d9c1e-7a44-4a5f-8c1e-2f6a3b9d8e70',
    '{our secret}',
    'reauthorizationRequired',
  ],
])(
  'the lifecycle payload of the documentation is read: %s',
  (name, subscriptionId, clientState, lifecycleEvent) => {
    expect(parseLifecycle(fixture(name))).toEqual([{ subscriptionId, clientState, lifecycleEvent }]);
  },
);

test('items that name no subscription are counted, the others taken as they are', () => {
  const items = [
    null,
    5,
    [],
    {},
    { subscriptionId: '' },
    { subscriptionId: 's' },
    { subscriptionId: 't', clientState: 7 },
  ];
  expect(parseNotifications({ value: items })).toEqual({
    items: [
      { subscriptionId: 's', clientState: undefined, changeType: '' },
      { subscriptionId: 't', clientState: 7, changeType: '' },
    ],
    malformed: 5,
  });
  expect(parseLifecycle({ value: items })?.map(({ subscriptionId }) => subscriptionId)).toEqual(['s', 't']);
});

test.each([undefined, null, 5, 'value', [], {}, { value: {} }, { value: null }])(
  '%j is no collection',
  (body) => {
    expect(parseNotifications(body)).toBeUndefined();
    expect(parseLifecycle(body)).toBeUndefined();
  },
);

test('an empty collection is one', () => {
  expect(parseNotifications({ value: [] })).toEqual({ items: [], malformed: 0 });
  expect(parseLifecycle({ value: [] })).toEqual([]);
});

test('no body whatever throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      parseNotifications(body);
      parseLifecycle({ value: [body] });
    }),
  );
});

test('only the same text is the same secret', () => {
  expect(sameClientState('secret', 'secret')).toBe(true);
  for (const other of ['', 'secre', 'secret ', 'Secret', undefined, null, 0, {}, ['secret']]) {
    expect(sameClientState(other, 'secret')).toBe(false);
  }
  expect(sameClientState(undefined, '')).toBe(false);
});
