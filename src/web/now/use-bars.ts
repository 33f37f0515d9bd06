/** The meetings of the rooms in sight, asked for some rooms at a time and kept true by the stream of changes. */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Bar, Now } from '../answers.ts';
import { questions } from '../questions.ts';
import type { BarsByRoom } from './day.ts';

/** Rooms of one question. */
const together = 40;

export function useBars(
  rooms: Now['rooms'],
  first: number,
  last: number,
  from: number,
  to: number,
): { get(mailbox: string): readonly Bar[] | undefined } {
  const [begin, end] = [Math.floor(first / together), Math.floor(last / together)];
  // The same questions while the same blocks are in sight: scrolling asks for this with every row.
  const queries = useMemo(() => {
    const blocks = [];
    for (let at = begin; at <= end; at++) {
      const mailboxes = rooms.slice(at * together, (at + 1) * together).map(({ mailbox }) => mailbox);
      if (mailboxes.length > 0) blocks.push(questions.bars(from, to, mailboxes));
    }
    return blocks;
  }, [rooms, begin, end, from, to]);
  return useQueries({ queries, combine: gather });
}

function gather(answers: readonly { readonly data: BarsByRoom | undefined }[]) {
  return {
    get: (mailbox: string) => {
      for (const { data } of answers) {
        const found = data?.get(mailbox);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
