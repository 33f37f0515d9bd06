/** Remembers each request and each thing that happened, in order, and wakes those who wait for a change. */
import type { FaultKind } from './faults.ts';
import type { Form } from './fields.ts';

export interface LogEntry {
  /** When the request arrived: milliseconds since 1970, with fractions. */
  at: number;
  /** Name of the call bridge that was asked. */
  bridge: string;
  method: string;
  /** As sent, without the query. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  form: Form;
  /** Size of the request's body in bytes. */
  bytes: number;
  /** 0 as long as, or because, nothing was answered. */
  status: number;
  /** Counts the requests of the cluster. */
  trace: number;
  /** The fault that was applied, if any. */
  fault?: FaultKind;
}

export type EventKind =
  | 'callStarted'
  | 'callEnded'
  | 'legDialled'
  | 'legJoined'
  | 'legConnected'
  | 'legDeactivated'
  | 'legActivated'
  | 'legEnded'
  | 'bridgeKilled'
  | 'bridgeStarted';

/** Something that happened on a bridge, whoever caused it. */
export interface CmsEvent {
  at: number;
  kind: EventKind;
  bridge: string;
  call?: string;
  coSpace?: string;
  leg?: string;
  remoteParty?: string;
  reason?: string;
}

export class Journal {
  readonly log: LogEntry[] = [];
  readonly events: CmsEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #watching = new Set<() => void>();
  // Anchored once: a monotonic clock with fractions that reads as wall-clock time.
  readonly #origin = Date.now() - performance.now();
  #trace = 8_888;
  #scheduled = false;

  now(): number {
    return this.#origin + performance.now();
  }

  nextTrace(): number {
    this.#trace += 1;
    return this.#trace;
  }

  record(event: Omit<CmsEvent, 'at'>): void {
    this.events.push({ at: this.now(), ...event });
    this.changed();
  }

  /** Tells those who wait; many changes in one turn of the event loop are one check. */
  changed(): void {
    if (this.#scheduled || this.#waiting.size + this.#watching.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const look of [...this.#watching]) look();
      for (const check of [...this.#waiting]) check();
    });
  }

  /** Calls back after every change, many in one turn of the event loop as one, until the answered function is called. */
  watch(look: () => void): () => void {
    this.#watching.add(look);
    return () => void this.#watching.delete(look);
  }

  /**
   * Resolves with the predicate's first value that is neither undefined, null nor false; rejects after
   * `timeout` milliseconds, naming the last requests, or with what the predicate throws.
   */
  waitFor<T>(predicate: () => T | undefined | null | false, timeout: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        finish();
      };
      const check = (): void => {
        try {
          const value = predicate();
          if (value !== undefined && value !== null && value !== false) settle(() => resolve(value));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const timer = setTimeout(() => settle(() => reject(this.#tooLate(timeout))), timeout);
      this.#waiting.add(check);
      check();
    });
  }

  #tooLate(timeout: number): Error {
    const last = this.log.slice(-8).map((e) => `${e.bridge} ${e.method} ${e.path} → ${e.status}`);
    return new Error(
      `not seen on the bridges within ${timeout} ms; last requests: ${last.join('; ') || 'none'}`,
    );
  }
}
