/** Every question that pages ask, under the key by which its answer is kept and told stale. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  ApiTokens,
  Bars,
  CallBridges,
  Capacity,
  Clusters,
  Entries,
  Exchange,
  ExchangesPage,
  Explanation,
  Failing,
  Invitation,
  Live,
  MeetingDetail,
  MeetingsPage,
  Now,
  Picture,
  Report,
  ReportRooms,
  RoomDetail,
  Rooms,
  Sessions,
  Slots,
  Starts,
  Tickets,
} from './answers.ts';
import { Refused, read } from './asking.ts';
import { byRoom, withBars } from './now/day.ts';
import { toldSince } from './now/told-bars.ts';

/** Milliseconds after which days that are just being counted are asked for again. */
const countedSoon = 2_000;
/** Nothing tells of reports; so long the server too believes what it has counted of today. */
const believed = 60_000;
/** What may still change is asked for again while somebody looks; to count it is work. */
const lookedAt = 300_000;

/** What nobody signs in to says nothing of who asks. */
export interface Me {
  readonly name: string | null;
  readonly role: 'viewer' | 'operator' | 'administrator';
}

export const questions = {
  now: queryOptions({ queryKey: ['now'], queryFn: ({ signal }) => read<Now>('/api/now', signal) }),
  me: queryOptions({
    queryKey: ['me'],
    queryFn: async ({ signal }): Promise<Me> => {
      try {
        return await read<Me>('/api/me', signal);
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return { name: null, role: 'administrator' };
        throw error;
      }
    },
  }),
  starts: queryOptions({
    queryKey: ['starts'],
    queryFn: ({ signal }) => read<Starts>('/api/starts?limit=50', signal),
  }),
  live: queryOptions({ queryKey: ['live'], queryFn: ({ signal }) => read<Live>('/api/live', signal) }),
  clusters: queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => read<Clusters>('/api/clusters', signal),
  }),
  callBridges: queryOptions({
    queryKey: ['call-bridges'],
    queryFn: ({ signal }) => read<CallBridges>('/api/call-bridges', signal),
  }),
  capacity: (cluster: string, days: number) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return queryOptions({
      queryKey: ['capacity', cluster, days],
      queryFn: ({ signal }) => {
        const wanted = new URLSearchParams({ days: String(days), zone });
        return read<Capacity>(`/api/clusters/${encodeURIComponent(cluster)}/capacity?${wanted}`, signal);
      },
      placeholderData: keepPreviousData,
      // Days and drains begin by themselves, and nobody tells of it.
      refetchInterval: 60_000,
    });
  },
  /** Of a window in epoch ms. */
  slots: (cluster: string, from: number, to: number) =>
    infiniteQueryOptions({
      queryKey: ['slots', cluster, from, to],
      queryFn: ({ pageParam, signal }) => {
        const wanted = new URLSearchParams({
          ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
          ...(pageParam !== '' && { after: pageParam }),
        });
        return read<Slots>(`/api/clusters/${encodeURIComponent(cluster)}/slots?${wanted}`, signal);
      },
      initialPageParam: '',
      getNextPageParam: ({ next }) => next,
      placeholderData: keepPreviousData,
    }),
  rooms: queryOptions({ queryKey: ['rooms'], queryFn: ({ signal }) => read<Rooms>('/api/rooms', signal) }),
  room: (mailbox: string) =>
    queryOptions({
      queryKey: ['room', mailbox],
      queryFn: ({ signal }) => read<RoomDetail>(`/api/rooms/${encodeURIComponent(mailbox)}`, signal),
    }),
  entries: (mailbox: string, from: number, to: number) =>
    queryOptions({
      queryKey: ['entries', mailbox, from, to],
      queryFn: ({ signal }) =>
        read<Entries>(
          `/api/rooms/${encodeURIComponent(mailbox)}/entries?from=${iso(from)}&to=${iso(to)}`,
          signal,
        ),
      placeholderData: keepPreviousData,
    }),
  /** Microsoft 365 is asked for it: not oftener than somebody wants to know. */
  explanation: (mailbox: string, event: string) =>
    queryOptions({
      queryKey: ['explanation', mailbox, event],
      queryFn: ({ signal }) =>
        read<Explanation>(
          `/api/rooms/${encodeURIComponent(mailbox)}/explain?event=${encodeURIComponent(event)}`,
          signal,
        ),
      retry: false,
      gcTime: 0,
    }),
  meetingsOf: (mailbox: string, from: number, to: number) =>
    queryOptions({
      queryKey: ['meetings', 'of', mailbox, from, to],
      queryFn: ({ signal }) =>
        read<MeetingsPage>(
          `/api/meetings?room=${encodeURIComponent(mailbox)}&from=${iso(from)}&to=${iso(to)}&limit=50`,
          signal,
        ),
    }),
  // Nothing tells of these: they are read anew whenever their page is come to.
  sessions: queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => read<Sessions>('/api/sessions', signal),
    staleTime: 0,
  }),
  apiTokens: queryOptions({
    queryKey: ['api-tokens'],
    queryFn: ({ signal }) => read<ApiTokens>('/api/tokens', signal),
    staleTime: 0,
  }),
  document: queryOptions({
    queryKey: ['document'],
    queryFn: ({ signal }) => read<Readonly<Record<string, unknown>>>('/api/openapi.json', signal),
  }),
  tickets: (state: 'open' | 'closed' | 'all') =>
    queryOptions({
      queryKey: ['tickets', state],
      queryFn: ({ signal }) => read<Tickets>(`/api/tickets?state=${state}`, signal),
      placeholderData: keepPreviousData,
    }),
  reports: (search: string) =>
    queryOptions({
      queryKey: ['reports', search],
      queryFn: ({ signal }) => read<Report>(`/api/reports?${search}`, signal),
      staleTime: believed,
      refetchInterval: ({ state: { data } }) => {
        const has = (wanted: string) => data?.days.some(({ state }) => state === wanted) ?? false;
        if (has('pending')) return countedSoon;
        return has('so-far') ? lookedAt : false;
      },
      placeholderData: keepPreviousData,
    }),
  reportRooms: (search: string) =>
    queryOptions({
      queryKey: ['report-rooms', search],
      queryFn: ({ signal }) => read<ReportRooms>(`/api/reports/rooms?${search}`, signal),
      staleTime: believed,
      refetchInterval: ({ state: { data } }) => {
        const { pending = 0, soFar = 0 } = data ?? {};
        return pending > 0 ? countedSoon : soFar > 0 && lookedAt;
      },
      placeholderData: keepPreviousData,
    }),
  failing: (queue: string) =>
    queryOptions({
      queryKey: ['failing', queue],
      queryFn: ({ signal }) => read<Failing>(`/api/queues/${queue}/failing`, signal),
    }),
  meeting: (key: string) =>
    queryOptions({
      queryKey: ['meeting', key],
      queryFn: ({ signal }) => read<MeetingDetail>(`/api/meetings/${encodeURIComponent(key)}`, signal),
    }),
  /** All, or those of one piece of work. A change of the meeting makes them stale too. */
  exchanges: (key: string, work: string) =>
    queryOptions({
      queryKey: ['meeting', key, 'exchanges', work],
      queryFn: async ({ signal }) => {
        const path = `/api/meetings/${encodeURIComponent(key)}/exchanges?limit=300`;
        const all: Exchange[] = [];
        for (let after: string | null = ''; after !== null; ) {
          const narrowed: string =
            (work && `&work=${encodeURIComponent(work)}`) + (after && `&after=${after}`);
          const page: ExchangesPage = await read<ExchangesPage>(path + narrowed, signal);
          all.push(...page.exchanges);
          after = page.next;
        }
        return all;
      },
    }),
  // What changes of a meeting may have been its invitation.
  invitation: (key: string) =>
    queryOptions({
      queryKey: ['meeting', key, 'invitation'],
      queryFn: ({ signal }) =>
        read<Invitation>(`/api/meetings/${encodeURIComponent(key)}/invitation`, signal),
    }),
  people: (key: string) =>
    queryOptions({
      queryKey: ['people', key],
      queryFn: ({ signal }) =>
        read<Picture>(`/api/meetings/${encodeURIComponent(key)}/participants?watch=true`, signal),
    }),
  bars: (from: number, to: number, mailboxes: readonly string[]) =>
    queryOptions({
      queryKey: ['bars', from, to, mailboxes.join(',')],
      queryFn: async ({ signal }) => {
        const begun = performance.now();
        const rooms = mailboxes.map(encodeURIComponent).join(',');
        const window = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
        const { bars } = await read<Bars>(`/api/timeline?${window}&rooms=${rooms}`, signal);
        return withBars(byRoom(mailboxes, bars), toldSince(begun), from, to);
      },
      // Told of by the stream while somebody looks; rows out of sight are soon forgotten.
      gcTime: 60_000,
      structuralSharing: false,
    }),
};

function iso(at: number): string {
  return new Date(at).toISOString();
}
