/** What the simulated bridge does not say on its websockets, and others may: read as far as it goes, and survived. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventTimes } from '../../../src/cms/events/times.ts';
import { Ear } from './ear.ts';
import { OddBridge, type OddSocket, takeAll } from './odd-bridge.ts';

let bridge: OddBridge;
let ear: Ear;

beforeEach(async () => {
  bridge = await OddBridge.start();
});
afterEach(async () => {
  await ear[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
});

/** All on one socket, unless there may be more. */
async function listen(times: Partial<EventTimes> = {}, sockets = 1): Promise<void> {
  ear = new Ear(bridge, bridge.dispatcher, { times, limits: { sockets } });
  await ear.untilOpen();
}

const list = (...updates: object[]) => ({
  ...{ type: 'callListUpdate', subscriptionIndex: bridge.last.indexOf() },
  updates,
});
const roster = (call: string, ...updates: object[]) => ({
  ...{ type: 'rosterUpdate', subscriptionIndex: bridge.last.indexOf(call) },
  updates,
});
const added = (participant: string, more: object = {}) => ({
  participant,
  updateType: 'add',
  name: participant,
  ...more,
});

/** Its roster has been told, and has Ann. */
async function cover(call = 'c'): Promise<void> {
  bridge.last.say(list({ call, updateType: 'add' }));
  ear.stream.want(new Set([...ear.stream.covered(), call]));
  await ear.until(() => expect(bridge.last.indexOf(call)).toBeGreaterThan(0));
  bridge.last.say(roster(call, added('ann')));
  await ear.until(() => expect(ear.names(call)).toEqual(['ann']));
}

test('each message is acknowledged, in turn, also those that nobody understands', async () => {
  await listen();
  const { last } = bridge;
  const ids = [
    last.say({ type: 'weatherUpdate', updates: 'fine' }),
    last.say({}),
    last.say({ type: 'callListUpdate', subscriptionIndex: 'x', updates: [null, 1, {}, { call: 7 }] }),
    last.say({ type: 'rosterUpdate', subscriptionIndex: 4_711, updates: [added('x')] }),
    last.say({ type: 'subscriptionUpdate', subscriptions: [{}, null, { index: 9, state: 'active' }] }),
    last.say(list({ call: 'c', updateType: 'add', name: { text: 'x' }, participants: 'many' })),
  ];
  last.send({ type: 'message', message: { type: 'callListUpdate' } });
  last.send({ type: 'greeting' });
  last.send({ type: 'messageAck', messageAck: { messageId: 4_711 } });
  await ear.until(() => expect(last.acknowledged.slice(-ids.length)).toEqual(ids));
  expect(last.acknowledged).toEqual([...last.acknowledged].sort((a, b) => a - b));
  await ear.until(() =>
    expect([...ear.calls.values()]).toEqual([{ kind: 'call', call: 'c', update: 'add' }]),
  );
  expect([last.isClosed, bridge.sockets.length]).toEqual([false, 1]);
});

test('values are read in the forms in which bridges may write them', async () => {
  await listen();
  await cover();
  bridge.last.say(
    list({
      ...{ call: 'C', updateType: 'UPDATE', participants: '3', recording: true, streaming: 'inactive' },
      ...{ lockState: 'unlocked', name: '', callType: null },
    }),
  );
  bridge.last.say(
    roster('c', {
      ...{ participant: 'ANN', uri: 'sip:Ann@Example.com;x=y', audioMuted: 'true', presenter: false },
      ...{ direction: 'sideways', importance: 2, movedParticipant: 'B', name: `a\u0007b${'x'.repeat(600)}` },
    }),
  );
  await ear.until(() => expect(ear.news).toHaveLength(6));
  expect(ear.news.slice(-2)).toEqual([
    {
      ...{ kind: 'call', call: 'c', update: 'update', participants: 3, recording: true, streaming: false },
      ...{ isLocked: false, name: '' },
    },
    {
      ...{ kind: 'participant', call: 'c', participant: 'ann', update: 'update', address: 'ann@example.com' },
      ...{ isAudioMuted: true, isPresenter: false, importance: 2, movedParticipant: 'b' },
      name: `a b${'x'.repeat(497)}`,
    },
  ]);
});

test.each(['subscriptionUpdate', 'subscribeUpdate'])(
  'subscriptions that are over are known by a %s',
  async (type) => {
    await listen({ grace: 1_000_000 });
    await cover();
    bridge.last.states(
      [{ index: bridge.last.indexOf('c'), type: 'callRoster', elements: [] }],
      'deactivated',
      type,
    );
    await ear.until(() => expect(ear.stream.covered().size).toBe(0));
  },
);

test.each<[string, (socket: OddSocket) => void]>([
  ['says what is no JSON', (socket) => socket.send('{"type": "message",')],
  ['says what is no object', (socket) => socket.send('[]')],
  ['tells its calls no more', (socket) => socket.states(socket.requests.at(-1) ?? [], 'deactivated')],
])('a socket that %s is closed, and another one opened', async (_, act) => {
  await listen();
  act(bridge.last);
  await ear.untilOpen(2);
  expect(bridge.sockets.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  expect(ear.states).toEqual(['open', expect.stringMatching(/^closed: /), 'open']);
  expect(bridge.tokens).toBe(2);
});

describe('a bridge that is silent', () => {
  const soon = { beat: 30, ack: 60, quiet: 100 };

  test('on a request is lost', async () => {
    let asked = 0;
    bridge.answer = (...request) => {
      asked += 1;
      if (asked > 1) takeAll(...request);
    };
    await listen({ ack: 60 });
    expect(ear.states).toEqual(['closed: it acknowledges nothing', 'open']);
  });

  test('on everything is lost', async () => {
    await listen(soon);
    bridge.last.freeze();
    await ear.untilOpen(2);
    expect(ear.states[1]).toBe('closed: it acknowledges nothing');
  });

  test('behind a web server that is not is lost as well', async () => {
    await listen(soon);
    bridge.answer = () => {};
    await ear.until(() => expect(ear.states).toContain('closed: it acknowledges nothing'));
  });

  test('on pings only is kept, and asked for its acknowledgement instead', async () => {
    bridge.answersPings = false;
    await listen({ ...soon, quiet: 1_000_000 });
    await ear.until(() => expect(bridge.last.requests.length).toBeGreaterThan(2));
    expect([ear.states, bridge.sockets.length]).toEqual([['open'], 1]);
  });

  test('for it has nothing to say is not asked for anything but pings', async () => {
    await listen({ ...soon, quiet: 1_000_000 }, 2);
    bridge.answer = (socket, ...request) => {
      takeAll(socket, ...request);
      socket.say({ type: 'rosterUpdate', subscriptionIndex: request[1][0]?.index, updates: [] });
    };
    bridge.last.say(list({ call: 'c', updateType: 'add' }));
    ear.stream.want(new Set(['c']));
    await ear.until(() => expect(ear.names('c')).toEqual([]));
    // As long as this takes, both sockets have had their beats.
    const control = new Ear(bridge, bridge.dispatcher, { times: { ...soon, quiet: 20 } });
    await control.until(() => expect(bridge.last.requests.length).toBeGreaterThan(10));
    await control.stream.close();
    expect(bridge.sockets.slice(0, 2).map(({ requests }) => requests.length)).toEqual([1, 1]);
  });
});

describe('a request that is refused', () => {
  test('is made again for what all releases know', async () => {
    bridge.answer = (socket, messageId, wished) => {
      if (wished.some(({ elements }) => elements.includes('lockState')))
        socket.acknowledge(messageId, 'failure');
      else takeAll(socket, messageId, wished);
    };
    await listen();
    expect(bridge.last.requests.at(-1)).toMatchObject([
      { elements: ['name', 'participants', 'callCorrelator'] },
    ]);
    expect(ear.states).toEqual(['open']);
  });

  test('again is said', async () => {
    bridge.answer = (socket, messageId) => socket.acknowledge(messageId, 'failure');
    ear = new Ear(bridge, bridge.dispatcher);
    await ear.until(() => expect(bridge.sockets.length).toBeGreaterThan(2));
    expect(ear.states).toEqual(['closed: it refuses what is subscribed to']);
  });

  test('for the sake of one call costs the others nothing', async () => {
    bridge.answer = (socket, messageId, wished) => {
      if (wished.some(({ call }) => call === 'poison')) return socket.acknowledge(messageId, 'failure');
      takeAll(socket, messageId, wished);
      for (const { index, call } of wished) {
        if (call !== undefined) socket.say({ type: 'rosterUpdate', subscriptionIndex: index, updates: [] });
      }
    };
    await listen({}, 3);
    for (const call of ['a', 'b', 'poison', 'c']) bridge.sockets[0]?.say(list({ call, updateType: 'add' }));
    ear.stream.want(new Set(['a', 'b']));
    await ear.until(() => expect(ear.stream.covered().size).toBe(2));
    ear.stream.want(new Set(['a', 'b', 'poison', 'c']));
    await ear.until(() => expect(bridge.sockets.length).toBeGreaterThan(2));
    await ear.until(() => expect([...ear.stream.covered()].sort()).toEqual(['a', 'b']));
    expect(ear.resets).toBe(1);
  });
});

describe('what is told again', () => {
  test('in several messages does not send anybody away', async () => {
    await listen({ retelling: 300 });
    await cover();
    bridge.last.say(roster('c', added('bob')));
    bridge.last.say(list({ call: 'd', updateType: 'add' }));
    ear.stream.want(new Set(['c', 'd']));
    await ear.until(() => expect(bridge.last.indexOf('d')).toBeGreaterThan(0));
    for (const name of ['ann', 'bob']) bridge.last.say(roster('c', added(name)));
    bridge.last.say(roster('d', added('cid')));
    await ear.until(() => expect(ear.names('d')).toEqual(['cid']));
    expect(ear.names('c')).toEqual(['ann', 'bob']);
    expect(ear.news.filter((news) => news.kind === 'participant' && news.update === 'remove')).toEqual([]);
  });

  test('without somebody tells that they have left', async () => {
    await listen({ retelling: 50 });
    await cover();
    bridge.last.say(roster('c', added('bob')));
    await cover('d');
    bridge.last.say(roster('c', added('bob')));
    await ear.until(() => expect(ear.names('c')).toEqual(['bob']));
    bridge.last.say(list({ call: 'c', updateType: 'add' }));
    await ear.until(() => expect([...ear.calls.keys()]).toEqual(['c']));
    expect([...ear.stream.covered()]).toEqual(['c']);
  });

  test('for an earlier request does not count', async () => {
    await listen();
    await cover();
    const earlier = roster('c', added('late'));
    bridge.last.say(list({ call: 'd', updateType: 'add' }));
    ear.stream.want(new Set(['c', 'd']));
    await ear.until(() => expect(bridge.last.indexOf('d')).toBeGreaterThan(0));
    bridge.last.say(earlier);
    bridge.last.say(roster('d', added('cid')));
    await ear.until(() => expect(ear.names('d')).toEqual(['cid']));
    expect(ear.names('c')).toEqual(['ann']);
  });

  test('is not asked for before what was asked for last was told', async () => {
    await listen({ retelling: 1_000_000 });
    bridge.last.say(list({ call: 'c', updateType: 'add' }, { call: 'd', updateType: 'add' }));
    ear.stream.want(new Set(['c']));
    await ear.until(() => expect(bridge.last.indexOf('c')).toBeGreaterThan(0));
    ear.stream.want(new Set(['c', 'd']));
    const asked = bridge.last.requests.length;
    bridge.last.say(list({ call: 'c', updateType: 'add' }, { call: 'd', updateType: 'add' }));
    const id = bridge.last.say({ type: 'weatherUpdate' });
    await ear.until(() => expect(bridge.last.acknowledged.at(-1)).toBe(id));
    expect(bridge.last.requests.length).toBe(asked);
    bridge.last.say(roster('c'));
    await ear.until(() => expect(bridge.last.indexOf('d')).toBeGreaterThan(0));
  });
});

test('a socket with rosters that is lost alone costs its own calls a moment, and the others nothing', async () => {
  bridge.answer = (socket, messageId, wished) => {
    takeAll(socket, messageId, wished);
    for (const { index, call } of wished) {
      if (call !== undefined)
        socket.say({ type: 'rosterUpdate', subscriptionIndex: index, updates: [added('ann')] });
    }
  };
  await listen({}, 2);
  bridge.last.say(list({ call: 'c', updateType: 'add' }));
  ear.stream.want(new Set(['c']));
  await ear.until(() => expect(ear.names('c')).toEqual(['ann']));
  expect(bridge.sockets).toHaveLength(2);
  bridge.last.send('nonsense');
  await ear.until(() => expect(ear.stream.covered().size).toBe(0));
  await ear.until(() => expect(ear.names('c')).toEqual(['ann']));
  expect([ear.resets, ear.states]).toEqual([1, ['open']]);
});
