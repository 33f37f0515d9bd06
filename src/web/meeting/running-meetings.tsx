/** The other meetings that run: whoever is dragged onto one is moved there, once it was asked. */
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import type { MeetingDetail } from '../answers.ts';
import { questions } from '../questions.ts';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { ofPeople, targetOf } from './actions.ts';
import { dragged } from './person-row.tsx';
import type { Orders } from './use-orders.ts';

export function RunningMeetings({
  meeting,
  orders,
}: {
  readonly meeting: MeetingDetail;
  readonly orders: Orders;
}) {
  const { t } = useWords();
  const live = useQuery(questions.live);
  const [over, setOver] = useState<string>();
  const others = live.data?.meetings.filter(({ key }) => key !== meeting.key) ?? [];
  return (
    <section className="panel" aria-labelledby="others">
      <h2 id="others">{t('others.title')}</h2>
      <Troubled of={live} />
      {live.data && (
        <p className="empty">
          {others.length === 0 ? t('others.none') : orders.isAllowed && t('others.hint')}
        </p>
      )}
      <ul className="lines targets">
        {others.map((one) => (
          <li
            key={one.key}
            className={over === one.key ? 'over' : ''}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes(dragged)) return;
              event.preventDefault();
              setOver(one.key);
            }}
            onDragLeave={() => setOver(undefined)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(undefined);
              const who = idsIn(event);
              if (who.length > 0) orders.begin(ofPeople.move, who, { to: targetOf(one) });
            }}
          >
            <Link href={meetingHref(one.key)} draggable={false}>
              <span className="grow">
                {one.title} <small>{one.number}</small>
              </span>
              <span className="said">{t('others.in', { count: one.present })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function idsIn({ dataTransfer }: DragEvent): readonly string[] {
  try {
    return JSON.parse(dataTransfer.getData(dragged)) as readonly string[];
  } catch {
    return [];
  }
}
