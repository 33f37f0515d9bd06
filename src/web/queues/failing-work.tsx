/** What of a queue has failed: since when, how often, why; a meeting that it is about is one step away. */
import { Button } from '@fluentui/react-components';
import type { UseQueryResult } from '@tanstack/react-query';
import { useId } from 'react';
import type { Failing } from '../answers.ts';
import { Opener } from '../opener.tsx';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';

interface Props {
  readonly name: string;
  readonly failing: UseQueryResult<Failing>;
  readonly isAllowed: boolean;
  onRetry(key: string): void;
  onDrop(key: string): void;
}

export function FailingWork({ name, failing, isAllowed, onRetry, onDrop }: Props) {
  const { t } = useWords();
  return (
    <section>
      <h3>{t('queues.failing')}</h3>
      <Troubled of={failing} />
      <ul className="failing-work">
        {failing.data?.failing.map((one) => (
          <Failed
            key={one.key}
            one={one}
            isMeeting={name === 'conference'}
            isAllowed={isAllowed}
            onRetry={() => onRetry(one.key)}
            onDrop={() => onDrop(one.key)}
          />
        ))}
      </ul>
    </section>
  );
}

function Failed(props: {
  readonly one: Failing['failing'][number];
  readonly isMeeting: boolean;
  readonly isAllowed: boolean;
  onRetry(): void;
  onDrop(): void;
}) {
  const { one, isMeeting, isAllowed, onRetry, onDrop } = props;
  const { key, times, since, why } = one;
  const { t, time } = useWords();
  const what = useId();
  return (
    <li>
      <span className="grow">
        <span id={what}>{isMeeting ? <Link href={meetingHref(key)}>{key}</Link> : <code>{key}</code>}</span>{' '}
        <small>{t('queues.since', { times, since: time(since) })}</small>
        <br />
        {why}
      </span>
      {isAllowed && (
        <>
          <Button size="small" aria-describedby={what} onClick={onRetry}>
            {t('queues.retry')}
          </Button>
          <Opener aria-describedby={what} className="harmful" onClick={onDrop}>
            {t('queues.drop')}
          </Opener>
        </>
      )}
    </li>
  );
}
