/**
 * What a call bridge POSTs of its calls and legs, as values: every record of a document comes out as something, so that
 * none of them keeps those behind it waiting.
 */
import type { XmlElement } from '../xml.ts';
import { amountIn, attributeOf, boundedText, given, idIn, idOf, textIn, timeOf, wholeOf } from './fields.ts';
import { type LegContent, readLegEnd, readLegStart, readLegUpdate } from './legs.ts';
import { type Piece, readPieces } from './pieces.ts';

/** What was sent in one POST. Fields as in the CDR guide of CMS 2.9, chapters 2 and 3; ids in lower case. */
export interface RecordBatch {
  /** Another one after each start of the bridge; the same for all its receivers. */
  readonly session: string;
  /** Its id in /callBridges; undefined for a bridge that stands alone. */
  readonly callBridge: string | undefined;
  /** In the order of the document. A receiver may be sent them again, and in another order. */
  readonly records: readonly CdrRecord[];
}

/** An optional field is there only where the record has it. Texts have no more than 500 characters. */
export type CdrRecord = Envelope & Content;

export interface Envelope {
  /** correlatorIndex: from 0 in each session, one more for each record, the same for all receivers. */
  readonly index: number | undefined;
  /** Epoch milliseconds by the bridge's clock, in whole seconds; undefined where it is none. */
  readonly at: number | undefined;
  /** How many records right before this one the bridge had no place for. */
  readonly missing: number;
}

export type Content =
  | CallStart
  | CallEnd
  | LegContent
  | Capture
  /** A type that we do not know. */
  | { readonly what: 'other'; readonly type: string }
  /** Without an id or an index, or no XML: as good as lost. */
  | { readonly what: 'unreadable' };

export interface CallStart {
  readonly what: 'call-start';
  readonly call: string;
  readonly name: string;
  readonly coSpace?: string;
  /** Ties together the calls of one conference on several bridges. */
  readonly callCorrelator?: string;
  /** `coSpace`, `forwarding`, `adHoc`, `lyncConferencing`; releases may know more. */
  readonly callType?: string;
  readonly tenant?: string;
}

export interface CallEnd {
  readonly what: 'call-end';
  readonly call: string;
  readonly durationSeconds?: number;
}

export interface Capture {
  readonly what: 'recording-start' | 'recording-end' | 'streaming-start' | 'streaming-end';
  readonly id: string;
  /** The end names none. */
  readonly call?: string;
}

/**
 * Undefined where the body is no XML document of records with a session. A document that is broken within is read record by
 * record, and what is broken of it is `unreadable`: it would be broken at each repetition, and all records after it lost.
 * The time is linear in the length, which is the caller's to limit.
 */
export function parseRecords(body: Uint8Array): RecordBatch | undefined {
  const document = readPieces(new TextDecoder().decode(body));
  const session = document && idOf(attributeOf(document.root, 'session'));
  if (document === undefined || session === undefined) return undefined;
  return {
    session,
    callBridge: idOf(attributeOf(document.root, 'callBridge')),
    records: document.pieces.map(readRecord),
  };
}

function readRecord({ opening, whole }: Piece): CdrRecord {
  const attribute = (name: string) => opening && attributeOf(opening, name);
  // The bridge misspells it; a later release may not.
  const missing = attribute('numPreceedingRecordsMissing') ?? attribute('numPrecedingRecordsMissing');
  const index = wholeOf(attribute('correlatorIndex'));
  const content = index === undefined ? undefined : whole && readContent(whole);
  const envelope = { index, at: timeOf(attribute('time')), missing: wholeOf(missing) ?? 0 };
  return { ...envelope, ...(content ?? { what: 'unreadable' }) };
}

function readContent(record: XmlElement): Content | undefined {
  const type = boundedText(attributeOf(record, 'type') ?? '');
  switch (type.toLowerCase()) {
    case 'callstart':
      return within(record, 'call', readCallStart);
    case 'callend':
      return within(record, 'call', readCallEnd);
    case 'calllegstart':
      return within(record, 'callLeg', readLegStart);
    case 'calllegupdate':
      return within(record, 'callLeg', readLegUpdate);
    case 'calllegend':
      return within(record, 'callLeg', readLegEnd);
    case 'recordingstart':
      return within(record, 'recording', captureReader('recording-start'));
    case 'recordingend':
      return within(record, 'recording', captureReader('recording-end'));
    case 'streamingstart':
      return within(record, 'streaming', captureReader('streaming-start'));
    case 'streamingend':
      return within(record, 'streaming', captureReader('streaming-end'));
    case '':
      return undefined;
    default:
      return { what: 'other', type };
  }
}

function within(
  record: XmlElement,
  name: string,
  read: (id: string, element: XmlElement) => Content,
): Content | undefined {
  const element = record.child(name);
  const id = element && idOf(attributeOf(element, 'id'));
  return element === undefined || id === undefined ? undefined : read(id, element);
}

function readCallStart(call: string, element: XmlElement): CallStart {
  return {
    what: 'call-start',
    call,
    name: textIn(element, 'name') ?? '',
    ...given({
      coSpace: idIn(element, 'coSpace'),
      callCorrelator: idIn(element, 'callCorrelator'),
      callType: textIn(element, 'callType'),
      tenant: idIn(element, 'tenant'),
    }),
  };
}

function readCallEnd(call: string, element: XmlElement): CallEnd {
  return { what: 'call-end', call, ...given({ durationSeconds: amountIn(element, 'durationSeconds') }) };
}

function captureReader(what: Capture['what']) {
  return (id: string, element: XmlElement): Capture => {
    return { what, id, ...given({ call: idIn(element, 'call') }) };
  };
}
