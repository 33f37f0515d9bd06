/**
 * Opens one websocket for events, and tells what became of it: undici's own says neither why it was not let in, nor does it
 * let go of an end that is dead.
 */
import type { Duplex } from 'node:stream';
import { type Dispatcher, WebSocket } from 'undici';
import { describeConnectionFailure } from '../connection-failure.ts';
import { DeadlinePassed } from '../exchange.ts';
import { CmsFault, isUnknownResource, kindOfAnswer } from '../fault.ts';
import { within } from './times.ts';

export interface Handshake {
  /** The call bridge's, e.g. `https://cms1.example.com:445`. */
  readonly address: string;
  readonly token: string;
  readonly dispatcher: Dispatcher;
  /** Milliseconds for the whole of it. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export interface OpenSocket {
  readonly socket: WebSocket;
  /** What is under it; destroyed, nothing of it is left. */
  readonly connection: Duplex;
}

const path = '/events/v1';

/** Bytes of a message: one that grows beyond it is of no call bridge, and is not waited for. */
const longestMessage = 16 * 1024 * 1024;

/** @throws CmsFault; without the token */
export async function openSocket({ address, token, dispatcher, ...limits }: Handshake): Promise<OpenSocket> {
  const seen: Seen = {};
  const url = `${address.replace(/^http/, 'ws').replace(/\/+$/, '')}${path}?authToken=${encodeURIComponent(token)}`;
  const socket = new WebSocket(url, { dispatcher: bounded(dispatcher.compose(witness(seen))) });
  const failure = await standing(socket, limits);
  const { connection, status } = seen;
  if (failure === undefined && connection !== undefined) return { socket, connection };
  connection?.destroy();
  seen.controller?.abort(failure ?? new Error('it is not wanted any more'));
  const says = (words: string) => `GET ${path} at ${address}: ${words}`;
  if (status !== undefined && status !== 101) {
    throw new CmsFault(says(`answered ${status}`), {
      ...{ kind: kindOfAnswer(status, []), callBridge: address, status },
    });
  }
  const isNone = status === 101 && !(failure instanceof DeadlinePassed);
  const words = isNone
    ? 'what it answered is no websocket'
    : describeConnectionFailure(seen.error ?? failure);
  const kind = isNone ? 'garbled' : 'unreachable';
  throw new CmsFault(says(words), { kind, callBridge: address, cause: seen.error ?? failure });
}

/** Whether a failure to open a socket, or to get a token, tells of a release that knows no events. */
export function isWithoutEvents(fault: unknown): boolean {
  if (isUnknownResource(fault)) return true;
  if (!(fault instanceof CmsFault) || !fault.message.startsWith(`GET ${path}`)) return false;
  const { status = 0 } = fault;
  return (status >= 200 && status < 300) || [400, 405, 426, 501].includes(status);
}

/** What is wrong, once it is known that it does not stand. */
function standing(
  socket: WebSocket,
  { deadline, signal }: Pick<Handshake, 'deadline' | 'signal'>,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const settle = (failure?: Error): void => {
      cancel();
      signal.removeEventListener('abort', callOff);
      resolve(failure);
      if (failure !== undefined) socket.close();
    };
    const callOff = (): void => settle(new Error('it was called off'));
    const cancel = within(deadline, () => settle(new DeadlinePassed(`no websocket within ${deadline} ms`)));
    socket.addEventListener('open', () => settle());
    socket.addEventListener('error', () => settle(new Error('it could not be opened')));
    signal.addEventListener('abort', callOff);
    if (signal.aborted) callOff();
  });
}

/** undici asks its dispatcher how long messages may be, and one with a proxy cannot be told. */
function bounded(dispatcher: Dispatcher): Dispatcher {
  return new Proxy(dispatcher, {
    get: (target, name) =>
      name === 'webSocketOptions' ? { maxPayloadSize: longestMessage } : Reflect.get(target, name),
  });
}

interface Seen {
  controller?: Dispatcher.DispatchController;
  connection?: Duplex;
  status?: number;
  error?: Error;
}

/** Looks on at the request that is to become a websocket. */
function witness(seen: Seen): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        seen.controller = controller;
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade(controller, status, headers, connection) {
        seen.status = status;
        seen.connection = connection;
        handler.onRequestUpgrade?.(controller, status, headers, connection);
      },
      onResponseStart(controller, status, headers, text) {
        seen.status = status;
        handler.onResponseStart?.(controller, status, headers, text);
      },
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError(controller, error) {
        seen.error = error;
        handler.onResponseError?.(controller, error);
      },
    });
}
