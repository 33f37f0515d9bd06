/** A request of a meeting's work and its answer, as they are kept for people: what could be a secret is not in it. */

/** Names and values; null for a value that is not kept. */
export type Shown = Readonly<Record<string, string | null>>;

export interface Exchange {
  /** Later ones have greater ids. */
  readonly id: string;
  /** Of the piece of work that it belongs to. */
  readonly work: string;
  /** Of a conference. */
  readonly step?: string;
  /** Epoch ms of its begin. */
  readonly at: number;
  /** Milliseconds. */
  readonly took: number;
  readonly system: 'call-bridge' | 'graph';
  /** A call bridge's address; nothing for Graph. */
  readonly callBridge?: string;
  /** It came to us. */
  readonly isIncoming?: true;
  readonly method: string;
  readonly path: string;
  readonly query?: Shown;
  readonly sent?: Shown;
  /** Undefined where nothing was answered. */
  readonly status?: number;
  readonly answer?: Shown;
  /** Fields of the request and the answer that are not even named. */
  readonly unnamed?: number;
  /** Why it is no success: the kind, and what the other side gave as its reason. */
  readonly fault?: string;
  readonly reason?: string;
  /** Under which Microsoft's support finds it: Graph's id of it, and ours. */
  readonly requestId?: string;
  readonly clientRequestId?: string;
}

/** What is said of one by whoever speaks the other system's language; the rest is known to whoever keeps it. */
export type Told = Omit<Exchange, 'id' | 'work' | 'step'>;

/** Whether it only looked, and found what it looked for. */
export function isPlainLook({ method, fault, isIncoming }: Exchange): boolean {
  return method === 'GET' && fault === undefined && isIncoming === undefined;
}
