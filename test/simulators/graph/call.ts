/** One request to the API as its routes see it: query names in any case, preferences read, body parsed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from './faults.ts';
import type { Mailbox } from './mailbox.ts';
import { badRequest, GraphRefusal } from './reply.ts';
import { zoneOf } from './zones.ts';

export interface Prefer {
  readonly immutableIds: boolean;
  readonly textBodies: boolean;
  readonly maxPageSize: number | undefined;
  readonly timeZone: string;
  /** What Preference-Applied says, without the tracking of changes. */
  readonly applied: readonly string[];
}

export interface Call {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** By lower-case name. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly prefer: Prefer;
  /** What the path's pattern caught, decoded. */
  readonly params: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

/** A call about one mailbox. */
export interface MailboxCall extends Call {
  readonly mailbox: Mailbox;
}

/** Reads a Prefer header; an unknown time zone is an error of Graph's, anything else unknown is ignored. */
export function readPrefer(header: string | string[] | undefined): Prefer {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const applied: string[] = [];
  let [immutableIds, textBodies, timeZone] = [false, false, 'UTC'];
  let maxPageSize: number | undefined;
  for (const [whole, name = '', quoted, bare] of text.matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|([^,;\s]+))/g)) {
    const value = quoted ?? bare ?? '';
    switch (name.toLowerCase()) {
      case 'idtype':
        if (value.toLowerCase() !== 'immutableid') continue;
        immutableIds = true;
        break;
      case 'outlook.body-content-type':
        textBodies = value.toLowerCase() === 'text';
        break;
      case 'odata.maxpagesize':
        if (!(Number(value) >= 1)) continue;
        maxPageSize = Math.min(Math.floor(Number(value)), 1000);
        break;
      case 'outlook.timezone':
        if (!zoneOf(value)) {
          const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${value}'.`;
          throw new GraphRefusal(400, 'TimeZoneNotSupportedException', message);
        }
        timeZone = value;
        break;
      default:
        continue;
    }
    applied.push(whole);
  }
  return { immutableIds, textBodies, maxPageSize, timeZone, applied };
}

/** A parameter of an action, whose name counts in any case. */
export function parameter(body: Call['body'], name: string): unknown {
  return Object.entries(body).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export function readQuery(search: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) query.set(name.toLowerCase(), value);
  return query;
}

/** The required window of a calendar view in epoch ms; times without offset are UTC. */
export function readWindow(query: ReadonlyMap<string, string>): { from: number; to: number } {
  const from = readInstant(query.get('startdatetime'));
  const to = readInstant(query.get('enddatetime'));
  if (Number.isNaN(from) || Number.isNaN(to)) {
    throw badRequest(
      "This request requires a time window specified by the query string parameters 'StartDateTime' and 'EndDateTime'.",
      'ErrorInvalidParameter',
    );
  }
  if (to < from) throw badRequest('The end of the window lies before its start.', 'ErrorInvalidParameter');
  return { from, to };
}

/** An unescaped `+` of an offset has become a space by now and is refused, as by Graph. */
function readInstant(text: string | undefined): number {
  if (!text || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?$/i.test(text)) {
    return Number.NaN;
  }
  const short = text.replace(/(\.\d{3})\d+/, '$1');
  return Date.parse(/T/i.test(short) && !/(Z|[+-]\d{2}:\d{2})$/i.test(short) ? `${short}Z` : short);
}
