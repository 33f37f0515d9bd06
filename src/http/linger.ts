/**
 * A client that is still sending when its answer is ready gets to read that answer: what it sends is thrown away
 * for a while before the connection is cut. Closing at once would make the kernel send a reset, and a reset may
 * overtake the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Call it before the request is handled; `closing` tells whether the server stops. Times in milliseconds. */
export function lingerAfter(
  request: IncomingMessage,
  response: ServerResponse,
  { patience, closing }: { patience: number; closing: () => boolean },
): void {
  const clientCloses = !response.shouldKeepAlive;
  if (clientCloses && hasBody(request)) {
    // Node would close as soon as the answer is written; here the end of the body decides.
    response.shouldKeepAlive = true;
    response.removeHeader('connection');
  }
  response.once('finish', () => {
    const { socket } = request;
    const goodbye = () => {
      if (clientCloses || closing()) socket.destroySoon();
    };
    if (request.complete) {
      goodbye();
      return;
    }
    const cut = setTimeout(() => socket.destroy(), patience);
    request.once('close', () => clearTimeout(cut));
    request.once('end', () => {
      clearTimeout(cut);
      goodbye();
    });
    // A reset is how such a client may leave; nobody is left to be told.
    request.on('error', () => {});
    request.resume();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
