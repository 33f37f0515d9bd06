/** What of a queue has failed: since when, how often, why; a meeting that it is about is one step away. */
import { Button } from '@fluentui/react-components';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Failing } from '../answers.ts';
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
  const { t, time } = useWords();
  return (
    <section>
      <h3>{t('queues.failing')}</h3>
      <Troubled of={failing} />
      <ul className="failing-work">
        {failing.data?.failing.map(({ key, since, times, why }) => (
          <li key={key}>
            <span className="grow">
              {name === 'conference' ? <Link href={meetingHref(key)}>{key}</Link> : <code>{key}</code>}{' '}
              <small>{t('queues.since', { times, since: time(since) })}</small>
              <br />
              {why}
            </span>
            {isAllowed && (
              <>
                <Button size="small" onClick={() => onRetry(key)}>
                  {t('queues.retry')}
                </Button>
                <Button size="small" className="harmful" onClick={() => onDrop(key)}>
                  {t('queues.drop')}
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
