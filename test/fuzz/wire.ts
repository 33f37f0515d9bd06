/** One request as bytes on a connection of its own, and the answers that come: also what no client library would send. */
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** In small letters; the last of two. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Writes the pieces one after the other, and reads until the other side ends.
 * @param leaveAfter with so many answers we end our side; where it is left out the other side has to
 */
export function exchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  leaveAfter = Number.POSITIVE_INFINITY,
): Promise<readonly RawAnswer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const received = () => answersIn(Buffer.concat(chunks).toString('latin1'));
    const socket = connect({ port, host: '127.0.0.1' });
    let isWritten = false;
    const leave = () => {
      if (isWritten && (leaveAfter === 0 || received().length >= leaveAfter)) socket.end();
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (leaveAfter < Number.POSITIVE_INFINITY) leave();
    });
    // A reset is an answer as well: what was read before it counts.
    socket.on('error', () => {});
    socket.on('close', () => resolve(received()));
    const next = (rest: readonly (string | Buffer)[]): void => {
      const [piece, ...later] = rest;
      if (piece !== undefined) socket.write(piece, () => setImmediate(next, later));
      else {
        isWritten = true;
        leave();
      }
    };
    socket.on('connect', () => next(pieces));
  });
}

export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== ''; ) {
    const [head = ''] = rest.split('\r\n\r\n', 1);
    const [first = '', ...lines] = head.split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? 0);
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const length = Number(headers['content-length'] ?? 0);
    const begin = head.length + 4;
    // That it may go on is no answer.
    if (status !== 100) answers.push({ status, headers, body: rest.slice(begin, begin + length) });
    if (status === 0) break;
    rest = rest.slice(begin + length);
  }
  return answers;
}
