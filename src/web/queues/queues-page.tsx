/** The queues in our words: what each does, what waits, and where its jobs are looked at one by one. */
import { useQuery } from '@tanstack/react-query';
import { useActing } from '../me.ts';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { QueueCard } from './queue-card.tsx';

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
