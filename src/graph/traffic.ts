/** What may be told of a request to Graph and its answer; see `conference/exchange/hiding.ts`. */
import type { Told } from '../conference/exchange/exchange.ts';
import { allowing, type Discretion, type Field, partsOf, shownPath } from '../conference/exchange/hiding.ts';
import type { GraphCall, GraphObservation } from './client.ts';

/** A request with all that was said. */
export interface GraphTraffic extends GraphObservation {
  /** Epoch ms of its begin. */
  readonly at: number;
  readonly call: GraphCall;
  readonly body?: unknown;
  readonly requestId?: string | undefined;
  readonly clientRequestId: string;
}

const allowed = allowing(
  {
    id: 'id iCalUId changeKey seriesMasterId occurrenceId',
    word: 'type showAs sensitivity response contentType reason importance language',
    flag: `isCancelled isAllDay isOrganizer isDraft isOnlineMeeting sendResponse saveToSentItems responseRequested`,
    time: 'dateTime originalStart time lastModifiedDateTime startDateTime endDateTime',
    zone: 'timeZone',
    count: '$top',
  },
  'subject body content comment bodyPreview address emailAddress displayName name locationUri $filter',
);

/** The same of a list that has other meetings' too: what it says of these entries; undefined where it says nothing. */
export function toldOfEntries(
  traffic: GraphTraffic,
  discretion: Discretion,
  entries: ReadonlySet<string>,
): Told | undefined {
  const body = ofEntries(traffic, entries);
  return body === undefined ? undefined : toldOfGraph({ ...traffic, body }, discretion);
}

export function toldOfGraph(traffic: GraphTraffic, discretion: Discretion): Told {
  const { call, at, took, status, fault, requestId, clientRequestId } = traffic;
  // What was written is answered by all of it, which says nothing new.
  const isEcho = traffic.method !== 'GET' && fault === undefined;
  const said = {
    query: fieldsIn(call.query),
    sent: fieldsIn(call.body),
    answer: fieldsIn(isEcho ? marksIn(traffic.body) : traffic.body),
  };
  const reason = /^[\w.-]{1,80}$/.exec(fault?.code ?? '')?.[0];
  const graphs = fault?.requestId ?? requestId;
  return {
    ...{ system: 'graph', at, took: Math.round(took), method: traffic.method },
    path: shownPath(traffic.path, discretion),
    ...partsOf(said, allowed, discretion),
    ...(status === undefined ? {} : { status }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
    ...(reason === undefined ? {} : { reason }),
    ...(graphs === undefined || !/^[\w-]{1,80}$/.test(graphs) ? {} : { requestId: graphs }),
    clientRequestId,
  };
}

function marksIn(body: unknown) {
  const { id, changeKey } = (body ?? {}) as { readonly id?: unknown; readonly changeKey?: unknown };
  return { id, changeKey };
}

/** A notification of a room's calendar, as it came in. */
export function notificationTold(mailbox: string, at: number, { known }: Discretion): Told {
  const path = '/graph/notifications';
  const sent = { mailbox: known.has(mailbox.toLowerCase()) ? mailbox : null };
  return { system: 'graph', isIncoming: true, at, took: 0, method: 'POST', path, sent, status: 202 };
}

/** What the answer says of these entries; undefined for nothing. */
function ofEntries({ path, body }: GraphTraffic, only: ReadonlySet<string>): unknown {
  const list = (body as { readonly value?: unknown } | undefined)?.value;
  const items = Array.isArray(list) ? list : [body];
  const theirs = items.filter((item: { id?: unknown; seriesMasterId?: unknown } | null | undefined) =>
    [item?.id, item?.seriesMasterId].some((id) => typeof id === 'string' && only.has(id)),
  );
  if (theirs.length > 0) return Array.isArray(list) ? { value: theirs } : theirs[0];
  const isAbout = path.split('/').some((segment) => only.has(plain(segment)));
  return isAbout ? { value: [] } : undefined;
}

function plain(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Beyond so many of a list one knows what they are like. */
const mostOfAList = 3;
const deepest = 8;

function fieldsIn(value: unknown, above: readonly string[] = []): Field[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return above.length === 0 ? [] : [[above.join('.'), String(value)]];
  if (above.length >= deepest) return [[above.join('.'), '']];
  const entries = Array.isArray(value)
    ? value.slice(0, mostOfAList).map((one, i) => [String(i + 1), one] as const)
    : Object.entries(value);
  // Points are between names: what OData says about a field is not of its name.
  return entries.flatMap(([name, one]) => fieldsIn(one, [...above, name.replaceAll('.', '_')]));
}
