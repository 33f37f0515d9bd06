/** The entries of a week of a room's calendar, to choose one and see why it is a meeting or not. It stands in the address. */
import { Button, Input } from '@fluentui/react-components';
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { Entry, RoomDetail } from '../answers.ts';
import { StateChip } from '../now/state-chip.tsx';
import { questions } from '../questions.ts';
import { narrow, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { byDay, dayOf, dayText, laterDay, midnight } from './days.ts';
import { ExplainedEntry } from './explained-entry.tsx';

const days = 7;

export function ExplainBooking({ room }: { readonly room: RoomDetail }) {
  const { t, day, exactly, direction } = useWords();
  const { search } = usePlace();
  const week = useId();
  const from = dayOf(search.get('from') ?? '') ?? midnight(Date.now());
  const entries = useQuery(questions.entries(room.mailbox, from, laterDay(from, days)));
  const found = entries.data?.entries;
  const event = search.get('event');
  const chosen = (entry: Entry) => event === entry.event && search.get('at') === entry.start;
  const go = (by: number) => narrow({ from: dayText(laterDay(from, by)) });
  const [Before, After] =
    direction === 'rtl'
      ? [ChevronRightRegular, ChevronLeftRegular]
      : [ChevronLeftRegular, ChevronRightRegular];
  return (
    <section className="panel" aria-labelledby="explain">
      <h2 id="explain">{t('room.explain')}</h2>
      <p className="inside summary">{t('room.explain-hint')}</p>
      <div className="inside week">
        <Button
          size="small"
          appearance="subtle"
          icon={<Before />}
          aria-label={t('timeline.earlier')}
          onClick={() => go(-days)}
        />
        <label htmlFor={week}>{t('room.week')}</label>
        <Input
          id={week}
          size="small"
          type="date"
          value={dayText(from)}
          onChange={(_, { value }) => narrow({ from: value })}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={<After />}
          aria-label={t('timeline.later')}
          onClick={() => go(days)}
        />
      </div>
      {!found && <Troubled of={entries} />}
      {found?.length === 0 && (
        <p className="empty">{t(room.lastSync === null ? 'room.not-read-yet' : 'room.no-entries')}</p>
      )}
      {[...byDay(found ?? [])].map(([at, ofDay]) => (
        <div key={at}>
          <h3 className="of-day">{day(at)}</h3>
          <ul className="entries">
            {ofDay.map((entry) => (
              <li key={`${entry.event} ${entry.start}`}>
                <EntryButton entry={entry} isChosen={chosen(entry)} />
                {chosen(entry) && <ExplainedEntry mailbox={room.mailbox} event={entry.event} />}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {entries.data !== undefined && entries.data.more > 0 && (
        <p className="empty">{t('room.more-entries', { count: entries.data.more })}</p>
      )}
      {entries.data?.lastSync != null && (
        <p className="inside summary">{t('room.as-of', { at: exactly(entries.data.lastSync) })}</p>
      )}
    </section>
  );
}

function EntryButton({ entry, isChosen }: { readonly entry: Entry; readonly isChosen: boolean }) {
  const { t, clock } = useWords();
  const { event, start, end, title, organizer, state, reason } = entry;
  return (
    <button
      type="button"
      aria-expanded={isChosen}
      onClick={() => narrow(isChosen ? { event: '', at: '' } : { event, at: start })}
    >
      <span className="hours">
        {clock(start)} – {clock(end)}
      </span>
      <span className="grow">
        <span dir="auto">{title}</span> {organizer !== null && <small dir="ltr">{organizer}</small>}
      </span>
      {state === null ? (
        <span className="chip none">{t(reason === null ? 'room.becoming' : `reason.${reason}`)}</span>
      ) : (
        <StateChip state={state} extendedUntil={null} />
      )}
    </button>
  );
}
