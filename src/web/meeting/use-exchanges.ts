/** What was asked and answered in the work on a meeting, once somebody wants to see it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MeetingDetail } from '../answers.ts';
import { questions } from '../questions.ts';

/** Milliseconds after which what was asked for an entry of the timeline is written down too. */
const writtenAfter = 1_500;

/** @param work empty for all */
export function useExchanges({ key, timeline }: MeetingDetail, work: string, isWanted: boolean) {
  const client = useQueryClient();
  const { length } = timeline;
  useEffect(() => {
    if (!isWanted || length === 0) return;
    const { queryKey } = questions.exchanges(key, work);
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), writtenAfter);
    return () => clearTimeout(timer);
  }, [client, key, work, isWanted, length]);
  return useQuery({ ...questions.exchanges(key, work), enabled: isWanted });
}
