/** What is said on a websocket for events, in JSON: read permissively, for what is published of it is little. */

/** One item of a list or roster, as the bridge says it. */
export type Fields = Readonly<Record<string, unknown>>;

export type Frame =
  /** `message` is undefined for a type that we do not know. */
  | {
      readonly what: 'message';
      readonly id: number | undefined;
      readonly message: ServerMessage | undefined;
    }
  | { readonly what: 'ack'; readonly id: number | undefined; readonly isSuccess: boolean }
  | { readonly what: 'other' };

export type ServerMessage =
  | { readonly what: 'states'; readonly states: readonly SubscriptionState[] }
  | {
      readonly what: 'updates';
      readonly of: 'calls' | 'roster';
      readonly index: number;
      readonly updates: readonly Fields[];
    };

export interface SubscriptionState {
  readonly index: number;
  /** `pending`, `active`, `deactivated`; releases may know more. */
  readonly state: string;
}

export interface Wish {
  readonly index: number;
  readonly type: 'calls' | 'callRoster';
  readonly call?: string;
  readonly elements: readonly string[];
}

/** Undefined where the text is no JSON object. */
export function readFrame(text: string): Frame | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(said)) return undefined;
  const { message, messageAck } = said;
  if (isObject(message)) return { what: 'message', id: idOf(message), message: readMessage(message) };
  if (!isObject(messageAck)) return { what: 'other' };
  // What is acknowledged without a status is acknowledged.
  const isSuccess = messageAck.status === undefined || messageAck.status === 'success';
  return { what: 'ack', id: idOf(messageAck), isSuccess };
}

export function subscribeRequest(messageId: number, subscriptions: readonly Wish[]): string {
  return JSON.stringify({ type: 'message', message: { messageId, type: 'subscribeRequest', subscriptions } });
}

export function acknowledgement(messageId: number): string {
  return JSON.stringify({ type: 'messageAck', messageAck: { messageId, status: 'success' } });
}

function readMessage(message: Fields): ServerMessage | undefined {
  const type = typeof message.type === 'string' ? message.type.toLowerCase() : '';
  switch (type) {
    case 'subscriptionupdate':
    case 'subscribeupdate':
      return { what: 'states', states: objects(message.subscriptions).flatMap(readState) };
    case 'calllistupdate':
      return readUpdates('calls', message);
    case 'rosterupdate':
      return readUpdates('roster', message);
    default:
      return undefined;
  }
}

function readState({ index, state }: Fields): SubscriptionState[] {
  return typeof index === 'number' && typeof state === 'string'
    ? [{ index, state: state.toLowerCase() }]
    : [];
}

function readUpdates(
  of: 'calls' | 'roster',
  { subscriptionIndex, updates }: Fields,
): ServerMessage | undefined {
  if (typeof subscriptionIndex !== 'number') return undefined;
  return { what: 'updates', of, index: subscriptionIndex, updates: objects(updates) };
}

function idOf({ messageId }: Fields): number | undefined {
  return typeof messageId === 'number' ? messageId : undefined;
}

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
