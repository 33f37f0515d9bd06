/** What stands below an entry of the timeline: the requests of its work, unfolded by a button, or because all are shown. */
import { Button, Spinner } from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronUpRegular } from '@fluentui/react-icons/svg/chevron-up';
import { lazy, Suspense, useId, useState } from 'react';
import type { MeetingDetail } from '../answers.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import type { Work } from './exchange-list.tsx';
import { useExchanges } from './use-exchanges.ts';

const List = lazy(async () => ({ default: (await import('./exchange-list.tsx')).ExchangeList }));

export function WorkShown(work: Work) {
  return (
    <Suspense fallback={<Spinner size="tiny" />}>
      <List {...work} />
    </Suspense>
  );
}

/** @param what the entry in words @param when the id of what says its time, for the same may have happened twice */
export function WorkToBeShown({
  meeting,
  work,
  what,
  when,
}: {
  readonly meeting: MeetingDetail;
  readonly work: string;
  readonly what: string;
  readonly when: string;
}) {
  const { t } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        size="small"
        appearance="transparent"
        className="unfold"
        icon={isOpen ? <ChevronUpRegular /> : <ChevronDownRegular />}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={t('exchanges.of', { what })}
        aria-describedby={when}
        onClick={() => setIsOpen(!isOpen)}
      >
        {t('exchanges.show')}
      </Button>
      {isOpen && (
        <div id={id} className="below">
          <Asked meeting={meeting} work={work} />
        </div>
      )}
    </>
  );
}

function Asked({ meeting, work }: { readonly meeting: MeetingDetail; readonly work: string }) {
  const question = useExchanges(meeting, work, true);
  return question.data === undefined ? (
    <Troubled of={question} />
  ) : (
    <WorkShown work={work} exchanges={question.data} />
  );
}
