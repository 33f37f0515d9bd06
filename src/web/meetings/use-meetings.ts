/** The meetings that match what stands in the address, a page at a time. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { MeetingsPage } from '../answers.ts';
import { read } from '../asking.ts';

/** What may be asked for beside the time; each as the API calls it. */
export const filters = ['q', 'state', 'room', 'organizer', 'number'] as const;
export type Filter = (typeof filters)[number];

/** `from` and `to` are days, as their reader's calendar has them. */
export function useMeetings(search: URLSearchParams) {
  const wanted = new URLSearchParams();
  for (const name of filters) {
    const value = search.get(name);
    if (value !== null && value !== '') wanted.set(name, value);
  }
  const from = midnight(search.get('from'), 0);
  const to = midnight(search.get('to'), 1);
  if (from !== undefined) wanted.set('from', from);
  if (to !== undefined) wanted.set('to', to);
  const question = wanted.toString();
  return useInfiniteQuery({
    queryKey: ['meetings', question],
    queryFn: ({ pageParam, signal }) => {
      const page = new URLSearchParams(wanted);
      if (pageParam !== '') page.set('after', pageParam);
      return read<MeetingsPage>(`/api/meetings?${page}`, signal);
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

/** The beginning of a day of the calendar, so many days later. */
function midnight(day: string | null, later: number): string | undefined {
  const [year, month, date] =
    /^(\d{4})-(\d\d)-(\d\d)$/
      .exec(day ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
