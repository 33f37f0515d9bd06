/** What Redis answers, and how it stands on the wire (RESP 2). */

/** Strings are of bytes: one character each. */
export type Reply = string | number | null | Status | RedisError | readonly Reply[];

/** A simple string, such as OK. */
export class Status {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const ok = new Status('OK');

/** An answer that begins with its kind, as `ERR …` or `NOSCRIPT …`. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

/** As one string of bytes. */
export function written(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message}\r\n`;
  let out = `*${reply.length}\r\n`;
  for (const one of reply) out += written(one);
  return out;
}

/** Commands as clients send them, however they are cut into pieces. */
export class Reader {
  #left = '';

  /** @returns the commands that are whole now */
  read(piece: string): string[][] {
    const text = this.#left + piece;
    const found: string[][] = [];
    let at = 0;
    for (;;) {
      const parsed = commandAt(text, at);
      if (parsed === undefined) break;
      found.push(parsed.command);
      at = parsed.end;
    }
    this.#left = text.slice(at);
    return found;
  }
}

function commandAt(text: string, from: number): { command: string[]; end: number } | undefined {
  if (text[from] !== '*') return undefined;
  let end = text.indexOf('\r\n', from);
  if (end < 0) return undefined;
  const count = Number(text.slice(from + 1, end));
  const command: string[] = [];
  let at = end + 2;
  for (let i = 0; i < count; i += 1) {
    end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const length = Number(text.slice(at + 1, end));
    at = end + 2;
    if (text.length < at + length + 2) return undefined;
    command.push(text.slice(at, at + length));
    at += length + 2;
  }
  return { command, end: at };
}
