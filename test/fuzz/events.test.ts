/** Whatever a call bridge says on the websocket of its events, in whatever frames: it is heard, or left out, or the socket is let go and another one opened. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heardAt } from '../../src/cms/events/heard.ts';
import { Ear } from '../cms/events/ear.ts';
import { OddBridge } from '../cms/events/odd-bridge.ts';
import { held, holds, timeout, watchForThrown } from './hunting.ts';
import { damaged, type Json, mutants } from './mutations.ts';

watchForThrown();

let bridge: OddBridge;
let ear: Ear;
beforeAll(async () => {
  bridge = await OddBridge.start();
  ear = new Ear(bridge, bridge.dispatcher, { times: { lastPause: 20 }, limits: { sockets: 1 } });
  await ear.untilOpen();
});
afterAll(async () => {
  await ear[Symbol.asyncDispose]();
  await bridge[Symbol.asyncDispose]();
});

let calls = 0;

/** It is open, or opens again, and hears of a call that it has not heard of. */
async function hearsAgain(): Promise<void> {
  calls += 1;
  const call = `again-${calls}`;
  await ear.until(() => {
    const updates = [{ call, updateType: 'add', name: 'Budget' }];
    bridge.last.say({ type: 'callListUpdate', subscriptionIndex: bridge.last.indexOf(), updates });
    expect(ear.calls.has(call)).toBe(true);
  }, 60_000);
  for (const news of heardAt(ear.news.splice(0), 0)) JSON.stringify(news);
}

const participant = {
  participant: 'p1',
  updateType: 'add',
  name: 'Ann',
  uri: 'ann@example.com',
  state: 'connected',
  importance: 1,
  canMove: true,
};
const examples: Json[] = [
  {
    type: 'message',
    message: {
      messageId: 1,
      type: 'callListUpdate',
      subscriptionIndex: 1,
      updates: [
        {
          call: 'c1',
          updateType: 'add',
          name: 'Budget',
          participants: 3,
          lockState: 'locked',
          recording: 'active',
        },
      ],
    },
  },
  {
    type: 'message',
    message: {
      messageId: 2,
      type: 'rosterUpdate',
      subscriptionIndex: 2,
      updates: [participant, { participant: 'p1', updateType: 'remove' }],
    },
  },
  {
    type: 'message',
    message: {
      messageId: 3,
      type: 'subscribeUpdate',
      subscriptions: [
        { index: 1, state: 'active' },
        { index: 2, state: 'deactivated' },
      ],
    },
  },
  { type: 'messageAck', messageAck: { messageId: 1, status: 'success' } },
  { type: 'messageAck', messageAck: { messageId: 1, status: 'failure' } },
];

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly rsv: number;
  readonly isMasked: boolean;
  readonly payload: Buffer;
  /** What the head says of the length: the truth, in too many bytes, or what never comes. */
  readonly length: 'true' | 'wide' | 'endless' | 'short';
}

const frames: fc.Arbitrary<Frame> = fc.record({
  opcode: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 0, max: 15 })),
  isLast: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  rsv: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 7 })),
  isMasked: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
  payload: damaged(mutants(examples).map((value) => JSON.stringify(value))),
  length: fc.oneof(
    { weight: 8, arbitrary: fc.constant('true' as const) },
    fc.constantFrom('wide', 'endless', 'short' as const),
  ),
});

function bytesOf({ opcode, isLast, rsv, isMasked, payload, length }: Frame): Buffer {
  const first = (isLast ? 0x80 : 0) | (rsv << 4) | opcode;
  const size = length === 'endless' ? 2 ** 40 : length === 'short' ? payload.length >> 1 : payload.length;
  const mask = isMasked ? 0x80 : 0;
  const head =
    length === 'wide' || size > 65_535
      ? Buffer.concat([
          Buffer.from([first, mask | 127]),
          Buffer.from(size.toString(16).padStart(16, '0'), 'hex'),
        ])
      : size > 125
        ? Buffer.from([first, mask | 126, size >> 8, size & 255])
        : Buffer.from([first, mask | size]);
  return Buffer.concat([head, isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0), payload]);
}

it('whatever is said, it hears again', { timeout }, async () => {
  await holds(fc.array(frames, { minLength: 1, maxLength: 4 }), 50, async (all) => {
    bridge.last.write(Buffer.concat(all.map(bytesOf)));
    // An end that never comes would be waited for until the bridge is silent for too long.
    if (all.some(({ length, isLast }) => length === 'endless' || length === 'short' || !isLast))
      bridge.last.drop();
    await hearsAgain();
  });
});

it('a flood of pings, and of pieces without an end, is survived, and nothing of it is kept', {
  timeout,
}, async () => {
  const frame = (opcode: number, payload: Buffer, isLast = true) =>
    bytesOf({ opcode, isLast, rsv: 0, isMasked: false, payload, length: 'true' });
  const flood = async (times: number) => {
    bridge.last.write(Buffer.concat(Array.from({ length: times }, () => frame(9, Buffer.alloc(100)))));
    await hearsAgain();
    return await held();
  };
  await flood(2_000);
  const before = await flood(2_000);
  expect((await flood(5_000)) - before).toBeLessThan(16 * 1_048_576);
  // More than any message has: it is not waited for.
  const { sockets } = bridge;
  const had = sockets.length;
  const piece = Buffer.alloc(1_048_576, ' ');
  bridge.last.write(frame(1, piece, false));
  for (let times = 0; times < 20; times += 1) bridge.last.write(frame(0, piece, false));
  await ear.until(() => expect(sockets.length).toBeGreaterThan(had), 60_000);
  await hearsAgain();
  expect((await held()) - before).toBeLessThan(16 * 1_048_576);
});
