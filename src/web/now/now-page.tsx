/** The page of the present: whether anything is wrong, whether the next starts will work, and the day of all rooms. */
import { useQuery } from '@tanstack/react-query';
import { questions } from '../questions.ts';
import { usePlace } from '../router.tsx';
import { ConnectionState } from '../shell.tsx';
import { Troubled } from '../troubled.tsx';
import { Health } from './health.tsx';
import { NextStarts } from './next-starts.tsx';
import { OpenTickets } from './open-tickets.tsx';
import { Timeline } from './timeline.tsx';
import { Verdict } from './verdict.tsx';

export function NowPage() {
  const now = useQuery(questions.now);
  const isWall = usePlace().search.has('wall');
  if (now.data === undefined)
    return (
      <div className="page">
        <Troubled of={now} />
      </div>
    );
  const { standing, rooms } = now.data;
  return (
    <div className="now">
      <div className="headline">
        <Verdict standing={standing} />
        {isWall && <ConnectionState />}
      </div>
      <Timeline rooms={rooms} isWall={isWall} />
      <aside className="side">
        <NextStarts rooms={rooms} />
        <OpenTickets />
        <Health standing={standing} />
      </aside>
    </div>
  );
}
