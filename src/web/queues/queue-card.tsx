/** One queue: what waits and how late it is, what of it fails, and what an administrator may do about either. */
import { Button } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Queue } from '../answers.ts';
import { post } from '../asking.ts';
import { AskingTwice } from '../asking-twice.tsx';
import { useActing } from '../me.ts';
import { Opener } from '../opener.tsx';
import { questions } from '../questions.ts';
import { useWords } from '../words.tsx';
import { FailingWork } from './failing-work.tsx';

const figures = ['waiting', 'active', 'delayed', 'failed'] as const;
/** Milliseconds that are no lateness worth a word. */
const isLate = 1_000;

interface Act {
  readonly do: 'pause' | 'resume' | 'retry' | 'drop';
  readonly key?: string;
}

export function QueueCard({ queue }: { readonly queue: Queue }) {
  const { t, find, number, length } = useWords();
  const { may } = useActing();
  const { name, paused, failed, waiting, late } = queue;
  const client = useQueryClient();
  const [asked, setAsked] = useState<Act>();
  const failing = useQuery({ ...questions.failing(name), enabled: failed > 0 });
  const act = useMutation({
    mutationFn: (action: Act) => post<{ done: boolean }>(`/api/queues/${name}/actions`, action),
    onSettled: () => {
      for (const queryKey of [['now'], ['failing', name]]) void client.invalidateQueries({ queryKey });
    },
  });
  const isAllowed = may('administrator');
  const title = useId();
  const harm =
    asked?.do === 'drop'
      ? t('queues.ask-drop', { key: asked.key ?? '' })
      : t(name === 'conference' ? 'queues.ask-pause-conference' : 'queues.ask-pause', { name });
  const said = act.error?.message ?? (act.data?.done === false ? t('queues.nothing-to-do') : undefined);
  return (
    <article className={`panel card ${paused ? 'wrong' : failed > 0 ? 'careful' : 'well'}`} aria-label={name}>
      <header>
        <h2 id={title}>{name}</h2>
        <span className={`state ${paused ? 'wrong' : 'well'}`}>
          {paused ? t('queues.paused') : waiting === 0 ? t('queues.idle') : t('queues.working')}
        </span>
      </header>
      <p className="summary">{find(`queue.${name}`) ?? ''}</p>
      <dl className="figures">
        {figures.map((figure) => (
          <div key={figure}>
            <dt>{t(`queues.${figure}`)}</dt>
            <dd className={figure === 'failed' && failed > 0 ? 'bad' : ''}>{number(queue[figure])}</dd>
          </div>
        ))}
        <div>
          <dt>{t('queues.late')}</dt>
          <dd className={late >= isLate ? 'bad' : ''}>{late >= isLate ? length(late) : '–'}</dd>
        </div>
      </dl>
      {failed > 0 && (
        <FailingWork
          {...{ name, failing, isAllowed }}
          onRetry={(key) => act.mutate({ do: 'retry', key })}
          onDrop={(key) => setAsked({ do: 'drop', key })}
        />
      )}
      <p className="summary" role="status">
        {said}
      </p>
      {isAllowed && (
        <div className="actions">
          {paused ? (
            <Button
              size="small"
              appearance="primary"
              aria-describedby={title}
              onClick={() => act.mutate({ do: 'resume' })}
            >
              {t('queues.resume')}
            </Button>
          ) : (
            <Opener className="harmful" aria-describedby={title} onClick={() => setAsked({ do: 'pause' })}>
              {t('queues.pause')}
            </Opener>
          )}
        </div>
      )}
      <AskingTwice
        of={
          asked && {
            title: t(asked.do === 'drop' ? 'queues.drop' : 'queues.pause'),
            harm,
            mean: () => act.mutate(asked),
          }
        }
        onLeave={() => setAsked(undefined)}
      />
    </article>
  );
}
