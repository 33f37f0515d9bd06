/** One quarter of an hour of a cluster: what is taken, and which number is held by whom, from when until when. */
import { Button } from '@fluentui/react-components';
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { HeldSlot, Quarter } from '../answers.ts';
import { Fact } from '../fact.tsx';
import { questions } from '../questions.ts';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { quarterLength } from './strip.ts';

interface Props {
  readonly cluster: string;
  /** When the quarter begins; epoch ms. */
  readonly at: number;
  /** What is known of it, where it is of the days that are shown. */
  readonly quarter: Quarter | undefined;
  readonly choose: (at: number) => void;
}

export function SlotMap({ cluster, at, quarter, choose }: Props) {
  const { t, day, clock, number, direction } = useWords();
  const slots = useInfiniteQuery(questions.slots(cluster, at, at + quarterLength));
  const numbers = slots.data?.pages[0]?.numbers;
  const held = slots.data?.pages.flatMap((page) => page.held);
  const [back, ahead] =
    direction === 'rtl'
      ? [<ChevronRightRegular key="back" />, <ChevronLeftRegular key="ahead" />]
      : [<ChevronLeftRegular key="back" />, <ChevronRightRegular key="ahead" />];
  return (
    <section className="panel moment" aria-labelledby="moment">
      <h2 id="moment">
        <span className="grow" aria-live="polite">
          {day(at)} {t('capacity.span', { from: clock(at), to: clock(at + quarterLength) })}
        </span>
        <Button
          size="small"
          appearance="subtle"
          icon={back}
          aria-label={t('capacity.earlier')}
          onClick={() => choose(at - quarterLength)}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={ahead}
          aria-label={t('capacity.later')}
          onClick={() => choose(at + quarterLength)}
        />
      </h2>
      <dl className="figures">
        {numbers && (
          <>
            <Fact name={t('capacity.held')}>{number(numbers.held)}</Fact>
            <Fact name={t('capacity.resting')}>{number(numbers.resting)}</Fact>
            <Fact name={t('capacity.unclean')}>{number(numbers.unclean)}</Fact>
            <Fact name={t('capacity.blocked')}>{number(numbers.blocked)}</Fact>
            <Fact name={t('capacity.free')}>{number(numbers.free)}</Fact>
          </>
        )}
        {quarter && (
          <>
            <Fact name={t('capacity.meetings')}>{number(quarter.meetings)}</Fact>
            <Fact name={t('capacity.rooms')}>{number(quarter.rooms)}</Fact>
            <Fact name={t('capacity.ports')}>
              {quarter.limit === null
                ? number(quarter.ports)
                : `${number(quarter.ports)} / ${number(quarter.limit)}`}
            </Fact>
            <Fact name={t('capacity.in-service')}>{number(quarter.inService)}</Fact>
          </>
        )}
      </dl>
      <Troubled of={slots} />
      {held?.length === 0 && <p className="empty">{t('capacity.none')}</p>}
      {held !== undefined && held.length > 0 && (
        <ul className="held">
          {held.map((one) => (
            <Held key={`${one.number} ${one.from}`} held={one} at={at} />
          ))}
        </ul>
      )}
      {slots.hasNextPage && (
        <div className="actions inside">
          <Button
            size="small"
            disabledFocusable={slots.isFetchingNextPage}
            onClick={() => void slots.fetchNextPage()}
          >
            {t('capacity.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Held({ held, at }: { readonly held: HeldSlot; readonly at: number }) {
  const { number, from, to, as, isOfRange, meeting } = held;
  const { t, time, clock, find } = useWords();
  const today = new Date(at).toDateString();
  const shown = (one: string) => (new Date(one).toDateString() === today ? clock(one) : time(one));
  return (
    <li>
      <span className="number" dir="ltr">
        {number}
      </span>
      <span className="grow">
        {meeting === null ? (
          t('capacity.unknown')
        ) : (
          <Link href={meetingHref(meeting.key)}>{meeting.title}</Link>
        )}
        {as !== 'meeting' && <small>{find(`capacity.as.${as}`)}</small>}
        {!isOfRange && <small>{t('capacity.not-of-range')}</small>}
      </span>
      <time dateTime={from}>{t('capacity.span', { from: shown(from), to: shown(to) })}</time>
    </li>
  );
}
