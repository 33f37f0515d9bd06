/** The websocket byte by byte, as RFC 6455 has it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeCodes, flawOf, refuse, ServerSocket } from './websocket.ts';

const text = 1;
const [continued, binary, close, ping, pong] = [0, 2, 8, 9, 10];

let server: Server;
let heard: string[];
let closed: number;
let ends: ServerSocket[];
let conduct: { isHeard?: () => boolean; pongs?: boolean };

beforeEach(async () => {
  heard = [];
  closed = 0;
  ends = [];
  conduct = {};
  server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request, socket, head) => {
    const flaw = flawOf(request);
    if (flaw !== undefined) {
      refuse(socket, flaw);
      return;
    }
    const end: ServerSocket = new ServerSocket(request, socket, head, {
      text: (message) => {
        heard.push(message);
        end.send(message);
      },
      closed: () => {
        closed += 1;
      },
      ...conduct,
    });
    ends.push(end);
  });
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const usual: Record<string, string> = {
  ...{ Host: 'bridge', Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function shake(headers: Record<string, string> = {}, method = 'GET'): string {
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} / HTTP/1.1\r\n${lines.join('')}\r\n`;
}

interface FrameOptions {
  isLast?: boolean;
  isMasked?: boolean;
  reserved?: number;
}

function frame(opcode: number, content: string | Buffer, options: FrameOptions = {}): Buffer {
  const { isLast = true, isMasked = true, reserved = 0 } = options;
  const payload = Buffer.from(content);
  const { length } = payload;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  const [short = 127, ...more] = size ?? [127, ...long];
  const head = [(isLast ? 0x80 : 0) | reserved | opcode, (isMasked ? 0x80 : 0) | short, ...more];
  const mask = [0x12, 0x34, 0x56, 0x78];
  if (!isMasked) return Buffer.concat([Buffer.from(head), payload]);
  return Buffer.from([...head, ...mask, ...payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function closing(code: number, reason = ''): Buffer {
  return Buffer.from([code >> 8, code & 255, ...Buffer.from(reason)]);
}

async function dial(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** All that comes back until the other end closes. */
async function talk(...chunks: (Buffer | string)[]): Promise<Buffer> {
  const socket = await dial();
  const answer: Buffer[] = [];
  const ended = once(socket, 'end');
  socket.on('data', (chunk: Buffer) => answer.push(chunk));
  socket.setNoDelay(true);
  for (const chunk of chunks) {
    socket.write(chunk);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await ended;
  socket.destroy();
  return Buffer.concat(answer);
}

/** What follows the handshake. */
function after(answer: Buffer): Buffer {
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
}

const bye = frame(close, closing(closeCodes.normal));
const goodbye = frame(close, closing(closeCodes.normal), { isMasked: false });
const echo = (message: string | Buffer): Buffer => frame(text, message, { isMasked: false });

test('the handshake is answered with the key of the protocol’s own example', async () => {
  const answer = (await talk(shake(), bye)).toString('latin1');
  expect(answer).toContain('HTTP/1.1 101 Switching Protocols\r\n');
  expect(answer).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
});

test.each<[string, Record<string, string>, string, number]>([
  ['of an older version', { 'Sec-WebSocket-Version': '8' }, 'GET', 426],
  ['without a proper key', { 'Sec-WebSocket-Key': 'short' }, 'GET', 400],
  ['for something else', { Upgrade: 'h2c' }, 'GET', 400],
  ['with another method', {}, 'PUT', 405],
])('a handshake %s is refused', async (_, headers, method, status) => {
  const answer = (await talk(shake(headers, method))).toString();
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(ends).toEqual([]);
});

const long = 'ä'.repeat(40_000);
test.each<[string, Buffer[], string[]]>([
  ['short', [frame(text, 'hello')], ['hello']],
  ['empty', [frame(text, '')], ['']],
  ['of more than 125 bytes', [frame(text, 'x'.repeat(126))], ['x'.repeat(126)]],
  ['of more than 65,535 bytes', [frame(text, long)], [long]],
  ['two in one packet', [Buffer.concat([frame(text, 'a'), frame(text, 'b')])], ['a', 'b']],
  ['in two packets', [frame(text, 'ab').subarray(0, 3), frame(text, 'ab').subarray(3)], ['ab']],
  [
    'in frames, a ping between them, one that ends within a letter',
    [
      frame(text, Buffer.from('ä').subarray(0, 1), { isLast: false }),
      frame(ping, ''),
      frame(continued, Buffer.from('ä').subarray(1), { isLast: false }),
      frame(continued, 'b'),
    ],
    ['äb'],
  ],
])('text comes as it was sent: %s', async (_, frames, messages) => {
  const answer = after(await talk(shake(), ...frames, bye));
  expect(heard).toEqual(messages);
  const pongs = frames.length === 4 ? [frame(pong, '', { isMasked: false })] : [];
  expect(answer.equals(Buffer.concat([...pongs, ...messages.map(echo), goodbye]))).toBe(true);
});

test('text that comes together with the handshake is heard', async () => {
  await talk(Buffer.concat([Buffer.from(shake()), frame(text, 'early')]), bye);
  expect(heard).toEqual(['early']);
});

test('a ping is answered with what it carries, and a pong with nothing', async () => {
  const answer = after(await talk(shake(), frame(ping, 'are you there'), frame(pong, 'yes'), bye));
  expect(answer).toEqual(Buffer.concat([frame(pong, 'are you there', { isMasked: false }), goodbye]));
});

test('on demand a ping is not answered, or nothing is heard at all', async () => {
  conduct = { pongs: false };
  expect(after(await talk(shake(), frame(ping, 'are you there'), bye))).toEqual(goodbye);
  let isHeard = true;
  conduct = { isHeard: () => isHeard };
  const socket = await dial();
  let answered = 0;
  socket.on('data', () => {
    answered += 1;
    isHeard = false;
  });
  socket.write(shake());
  await expect.poll(() => answered).toBe(1);
  socket.write(Buffer.concat([frame(ping, 'are you there'), frame(text, 'hello'), bye]));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([answered, heard, closed]).toEqual([1, [], 1]);
  socket.destroy();
});

test.each<[string, Buffer[], number]>([
  ['not masked', [frame(text, 'x', { isMasked: false })], 1002],
  ['with reserved bits', [frame(text, 'x', { reserved: 0x40 })], 1002],
  ['of an unknown kind', [frame(3, 'x')], 1002],
  ['a continuation of nothing', [frame(continued, 'x')], 1002],
  ['a message within a message', [frame(text, 'x', { isLast: false }), frame(text, 'y')], 1002],
  ['a ping in parts', [frame(ping, 'x', { isLast: false })], 1002],
  ['a ping that is too long', [frame(ping, 'x'.repeat(126))], 1002],
  ['binary', [frame(binary, 'x')], 1003],
  ['not UTF-8', [frame(text, Buffer.from([0xff]))], 1007],
  ['too long', [frame(text, 'x'.repeat((1 << 20) + 1)).subarray(0, 20)], 1009],
])('what is %s closes the socket, with the code that says why', async (_, frames, code) => {
  const answer = after(await talk(shake(), ...frames));
  expect([answer[0], answer.readUInt16BE(2)]).toEqual([0x80 | close, code]);
  expect(heard).toEqual([]);
});

test('either end can close, and it is told once; nothing is heard or said afterwards', async () => {
  const socket = await dial();
  const answer: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => answer.push(chunk));
  socket.write(shake());
  await expect.poll(() => ends.length).toBe(1);
  ends[0]?.close(closeCodes.goingAway, 'bye');
  ends[0]?.send('too late');
  ends[0]?.close(closeCodes.normal);
  socket.write(frame(text, 'too late'));
  socket.end(frame(close, closing(closeCodes.goingAway)));
  await expect.poll(() => closed).toBe(1);
  expect(after(Buffer.concat(answer))).toEqual(
    frame(close, closing(closeCodes.goingAway, 'bye'), { isMasked: false }),
  );
  expect(heard).toEqual([]);
  await talk(shake(), bye);
  await expect.poll(() => closed).toBe(2);
});

test('an end that is cut off is told of as well', async () => {
  const socket = await dial();
  socket.write(shake());
  await expect.poll(() => ends.length).toBe(1);
  socket.resetAndDestroy();
  await expect.poll(() => closed).toBe(1);
});
