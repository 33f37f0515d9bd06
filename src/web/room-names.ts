/** What rooms are called: by the name in the configuration, else by their mailbox. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { questions } from './questions.ts';

export function useRoomNames(): (mailbox: string) => string {
  const { data } = useQuery(questions.now);
  const rooms = data?.rooms;
  return useMemo(() => {
    const names = new Map(rooms?.map(({ mailbox, name }) => [mailbox, name ?? mailbox]));
    return (mailbox) => names.get(mailbox) ?? mailbox;
  }, [rooms]);
}
