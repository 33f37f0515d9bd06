/** The queues in our words: what each does, what waits, and where its jobs are looked at one by one. */
import { useQuery } from '@tanstack/react-query';
import type { Queue } from '../answers.ts';
import { useActing } from '../me.ts';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';

const figures = ['waiting', 'active', 'delayed', 'failed'] as const;

export function QueuesPage() {
  const { t } = useWords();
  const { may } = useActing();
  const now = useQuery(questions.now);
  return (
    <div className="page">
      <h1>{t('nav.queues')}</h1>
      <Troubled of={now} />
      <div className="cards">
        {now.data?.standing.queues.map((queue) => (
          <QueueCard key={queue.name} queue={queue} />
        ))}
      </div>
      {may('administrator') && (
        <p>
          <a href="/queues">{t('queues.board')}</a>
        </p>
      )}
    </div>
  );
}

function QueueCard({ queue }: { readonly queue: Queue }) {
  const { t, find, number } = useWords();
  const { name, paused, failed, waiting } = queue;
  return (
    <article className={`panel card ${paused ? 'wrong' : failed > 0 ? 'careful' : 'well'}`} aria-label={name}>
      <header>
        <h2>{name}</h2>
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
      </dl>
    </article>
  );
}
