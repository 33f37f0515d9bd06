/** The server's end of a websocket (RFC 6455) as far as messages of text need it: no extensions, no subprotocols. */
import { createHash } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Bytes of the longest message that is taken. */
const LONGEST = 1 << 20;
/** Milliseconds that the other end has to close as well. */
const FAREWELL = 1_000;

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Why a socket is closed, by the numbers of the protocol. */
export const closeCodes = { normal: 1_000, goingAway: 1_001, protocol: 1_002, unsupported: 1_003 } as const;
const [NOT_UTF8, TOO_BIG] = [1_007, 1_009];

class Breach extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Frame {
  isLast: boolean;
  opcode: number;
  payload: Buffer;
  /** Bytes that it took. */
  size: number;
}

export interface Handlers {
  text: (text: string) => void;
  /** Absent: everything is. What is not heard is lost. */
  isHeard?: () => boolean;
  /** Absent: each ping is answered. */
  pongs?: boolean;
  /** Called once, whoever closed it and however. */
  closed: () => void;
}

/** Answers a request for a websocket with that status instead; answers the status. */
export function refuse(socket: Duplex, status: number): number {
  const more = status === 426 ? 'Sec-WebSocket-Version: 13\r\n' : '';
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nServer: Apache\r\n${more}`;
  socket.end(`${head}Connection: close\r\nContent-Length: 0\r\n\r\n`);
  return status;
}

/** What is wrong with a request for a websocket, as a status; undefined where nothing is. */
export function flawOf({ method, headers }: IncomingMessage): 400 | 405 | 426 | undefined {
  if (method !== 'GET') return 405;
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 400;
  if (headers['sec-websocket-version'] !== '13') return 426;
  const key = headers['sec-websocket-key'] ?? '';
  return /^[A-Za-z0-9+/]{22}==$/.test(key) ? undefined : 400;
}

export class ServerSocket {
  readonly #socket: Duplex;
  readonly #handlers: Handlers;
  #unread: Buffer;
  /** Of a message that came in several frames. */
  #parts: Buffer[] | undefined;
  #isClosing = false;
  #isClosed = false;

  /** Takes up a request that has no flaw. */
  constructor(request: IncomingMessage, socket: Duplex, head: Buffer, handlers: Handlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#unread = head;
    const key = `${request.headers['sec-websocket-key']}${MAGIC}`;
    const accept = createHash('sha1').update(key).digest('base64');
    const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${upgrade}Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => socket.destroy());
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#isClosed = true;
      handlers.closed();
    });
    if (head.length > 0) setImmediate(() => this.#read(Buffer.alloc(0)));
  }

  send(text: string): void {
    if (!this.#isClosing) this.#write(opcodes.text, Buffer.from(text));
  }

  /** Says why, and closes; what comes in from now on is not heard. */
  close(code: number, reason = ''): void {
    if (this.#isClosing) return;
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#write(opcodes.close, payload);
    this.#part();
  }

  #part(): void {
    this.#isClosing = true;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), FAREWELL).unref();
  }

  #write(opcode: number, payload: Buffer): void {
    if (!this.#isClosed) this.#socket.write(Buffer.concat([frameHead(opcode, payload.length), payload]));
  }

  #read(chunk: Buffer): void {
    if (this.#handlers.isHeard?.() === false) return;
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    try {
      while (!this.#isClosing && !this.#isClosed) {
        const frame = readFrame(this.#unread);
        if (frame === undefined) return;
        this.#unread = this.#unread.subarray(frame.size);
        this.#take(frame);
      }
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.close(error.code, error.message);
    }
  }

  #take({ isLast, opcode, payload }: Frame): void {
    switch (opcode) {
      case opcodes.ping:
        if (this.#handlers.pongs !== false) this.#write(opcodes.pong, payload);
        return;
      case opcodes.pong:
        return;
      case opcodes.close:
        // The same code back, as politeness has it.
        this.#write(opcodes.close, payload.subarray(0, 2));
        this.#part();
        return;
      case opcodes.text:
        if (this.#parts !== undefined) throw new Breach(closeCodes.protocol, 'message within a message');
        this.#parts = [payload];
        break;
      case opcodes.continuation:
        if (this.#parts === undefined) throw new Breach(closeCodes.protocol, 'continues nothing');
        this.#parts.push(payload);
        break;
      case opcodes.binary:
        throw new Breach(closeCodes.unsupported, 'text only');
      default:
        throw new Breach(closeCodes.protocol, 'unknown opcode');
    }
    const parts = this.#parts;
    if (parts.reduce((sum, { length }) => sum + length, 0) > LONGEST) throw new Breach(TOO_BIG, 'too long');
    if (!isLast) return;
    this.#parts = undefined;
    this.#handlers.text(decode(Buffer.concat(parts)));
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Breach(NOT_UTF8, 'not UTF-8');
  }
}

function frameHead(opcode: number, length: number): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head.writeUInt8(0x80 | opcode);
  head.writeUInt8(length < 126 ? length : length < 65_536 ? 126 : 127, 1);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** Undefined as long as it is not there as a whole. */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const [isLast, opcode] = [(first & 0x80) !== 0, first & 0x0f];
  if ((first & 0x70) !== 0) throw new Breach(closeCodes.protocol, 'reserved bits');
  if ((second & 0x80) === 0) throw new Breach(closeCodes.protocol, 'not masked');
  const short = second & 0x7f;
  if (opcode >= opcodes.close && (short > 125 || !isLast)) {
    throw new Breach(closeCodes.protocol, 'control frame too long, or in parts');
  }
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < at) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? bytes.readBigUInt64BE(2) : short;
  if (length > LONGEST) throw new Breach(TOO_BIG, 'too long');
  const size = at + 4 + Number(length);
  if (bytes.length < size) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, size));
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  return { isLast, opcode, payload, size };
}
