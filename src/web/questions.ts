/** Every question that pages ask, under the key by which its answer is kept and told stale. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  ApiTokens,
  Bars,
  CallBridges,
  Clusters,
  Failing,
  Live,
  MeetingDetail,
  Now,
  Picture,
  Rooms,
  Sessions,
  Starts,
  Tickets,
} from './answers.ts';
import { Refused, read } from './asking.ts';
import { byRoom, withBars } from './now/day.ts';
import { toldSince } from './now/told-bars.ts';

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
  rooms: queryOptions({ queryKey: ['rooms'], queryFn: ({ signal }) => read<Rooms>('/api/rooms', signal) }),
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
