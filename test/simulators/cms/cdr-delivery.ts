/** Delivers records to one receiver: in order, one POST at a time, each again until it is answered with 200. */
import { randomUUID } from 'node:crypto';
import { CdrPost, type Posted } from './cdr-post.ts';
import type { CdrSettings } from './options.ts';
import { escapeXml, PROLOG } from './xml.ts';

export interface CdrRecord {
  type: 'callStart' | 'callEnd' | 'callLegStart' | 'callLegUpdate' | 'callLegEnd';
  /** RFC 3339, to the second. */
  time: string;
  /** The same for all receivers. */
  correlatorIndex: number;
  body: string;
}

/** How a bridge that does not do as documented treats its records. */
export interface CdrConduct {
  /** Each POST is sent a second time, although it was acknowledged. */
  twice?: boolean;
  /** Two by two, in POSTs of their own, the later one first; a single record waits for its partner. */
  swapped?: boolean;
  /** Tells which records are lost on their way, together with the numbers they have. */
  lost?: (record: CdrRecord) => boolean;
  /** Nothing is sent, and the buffer fills. */
  silent?: boolean;
  /** The end of a leg is preceded by an update without a state, as bridges were seen to send. */
  chatty?: boolean;
}

export interface DeliveryContext {
  settings: CdrSettings;
  session: string;
  /** Empty for a bridge that stands alone. */
  callBridge: string;
  conduct: () => CdrConduct;
  /** The bridge reaches nobody. */
  isCutOff: () => boolean;
  now: () => number;
  /** Called after each answer, and after each that did not come. */
  settled: () => void;
}

interface Entry {
  record: CdrRecord;
  /** Given when it is first sent. */
  recordIndex: number | undefined;
  /** Records before it that the buffer had no place for. */
  missing: number;
}

export class CdrDelivery {
  /** As long as the receiver does not acknowledge. */
  alarm: { id: string; since: number; failureReason: string } | undefined;
  readonly #context: DeliveryContext;
  readonly #way: CdrPost;
  #uri: string;
  #queue: Entry[] = [];
  #sending: Entry[] = [];
  /** What was not acknowledged goes out again as it was. */
  #again: Entry[] = [];
  #swapped: Entry | undefined;
  #isRepetition = false;
  #numbered = 0;
  #missing = 0;
  #pause: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(uri: string, context: DeliveryContext) {
    this.#uri = uri;
    this.#context = context;
    this.#way = new CdrPost(context.settings);
  }

  /** Records that are not acknowledged yet. */
  get pending(): number {
    return this.#queue.length;
  }

  push(record: CdrRecord): void {
    this.#queue.push({ record, recordIndex: undefined, missing: this.#missing });
    this.#missing = 0;
    if (this.#queue.length > this.#context.settings.buffer) this.#dropOldest();
    this.go();
  }

  /** The same receiver at another address. */
  moveTo(uri: string): void {
    if (uri === this.#uri) return;
    this.#uri = uri;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.go();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#pause);
    this.#way.close();
  }

  /** Sends what there is to send, unless something is under way or waits to be sent again. */
  go(): void {
    const isBusy = this.#sending.length > 0 || this.#pause !== undefined;
    if (this.#isClosed || isBusy || this.#context.conduct().silent) return;
    const batch = this.#next();
    if (batch.length > 0) this.#post(batch);
  }

  /** What is under way stays: it may arrive yet. What goes leaves no gap in the receiver's numbers. */
  #dropOldest(): void {
    const oldest = this.#queue.findIndex((entry) => !this.#sending.includes(entry));
    const [gone] = this.#queue.splice(oldest, 1);
    if (gone?.recordIndex !== undefined) this.#closeGap(gone.recordIndex);
    const missing = 1 + (gone?.missing ?? 0);
    const next = this.#queue[oldest];
    if (next === undefined) this.#missing += missing;
    else next.missing += missing;
  }

  #closeGap(gap: number): void {
    this.#numbered -= 1;
    for (const entry of this.#queue) {
      if (entry.recordIndex !== undefined && entry.recordIndex > gap) entry.recordIndex -= 1;
    }
  }

  #next(): Entry[] {
    const again = this.#again.filter((entry) => this.#queue.includes(entry));
    this.#again = [];
    if (again.length > 0) return again;
    const { lost, swapped } = this.#context.conduct();
    if (lost !== undefined) {
      for (const entry of this.#queue) this.#number(entry);
      this.#queue = this.#queue.filter(({ record }) => !lost(record));
    }
    return swapped ? this.#pick() : this.#queue.slice(0, this.#context.settings.batch);
  }

  /** The second one that waits, and then the first. */
  #pick(): Entry[] {
    const [first, second] = this.#queue;
    if (first === undefined) return [];
    if (first === this.#swapped) return [first];
    if (second === undefined) return [];
    this.#number(first);
    this.#number(second);
    this.#swapped = first;
    return [second];
  }

  #number(entry: Entry): void {
    if (entry.recordIndex !== undefined) return;
    this.#numbered += 1;
    entry.recordIndex = this.#numbered;
  }

  #post(batch: Entry[]): void {
    const fresh = batch.filter(({ recordIndex }) => recordIndex === undefined);
    for (const entry of batch) this.#number(entry);
    this.#sending = batch;
    const settle = ({ status, isOut }: Posted): void => {
      // What never left us has no number yet.
      if (!isOut) {
        for (const entry of fresh) entry.recordIndex = undefined;
        this.#numbered -= fresh.length;
      }
      this.#settle(batch, status);
    };
    if (this.#context.isCutOff()) settle({ status: undefined, isOut: false });
    else this.#way.send(this.#uri, this.#render(batch), settle);
  }

  #settle(batch: Entry[], status: number | undefined): void {
    this.#sending = [];
    if (this.#isClosed) return;
    const { conduct, settings, settled, now } = this.#context;
    if (status === 200) {
      this.alarm = undefined;
      this.#isRepetition = conduct().twice === true && !this.#isRepetition;
      if (this.#isRepetition) this.#again = batch;
      else this.#queue = this.#queue.filter((entry) => !batch.includes(entry));
    } else {
      this.#again = batch;
      const failureReason = status === undefined ? 'connectFailure' : 'error';
      this.alarm = { id: randomUUID(), since: now(), ...this.alarm, failureReason };
      this.#pause = setTimeout(() => {
        this.#pause = undefined;
        this.go();
      }, settings.pause);
    }
    settled();
    this.go();
  }

  #render(batch: Entry[]): string {
    const { session, callBridge } = this.#context;
    const cluster = callBridge === '' ? '' : ` callBridge="${callBridge}"`;
    const records = batch.map(({ record: { type, time, correlatorIndex, body }, recordIndex, missing }) => {
      const indexes = `recordIndex="${recordIndex}" correlatorIndex="${correlatorIndex}"`;
      // Misspelt by the bridge.
      const gap = missing === 0 ? '' : ` numPreceedingRecordsMissing="${missing}"`;
      return `<record type="${type}" time="${escapeXml(time)}" ${indexes}${gap}>\n${body}</record>\n`;
    });
    return `${PROLOG}<records session="${session}"${cluster}>${records.join('')}</records>`;
  }
}
