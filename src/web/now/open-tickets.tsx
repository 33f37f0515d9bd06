/** The tickets that are open, the worst first. */
import { useQuery } from '@tanstack/react-query';
import { questions } from '../questions.ts';
import { Link } from '../router.tsx';
import { SeverityMark } from '../tickets/severity-mark.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';

const shown = 5;

export function OpenTickets() {
  const { t, time } = useWords();
  const tickets = useQuery(questions.tickets('open'));
  const found = tickets.data?.tickets ?? [];
  return (
    <section className="panel" aria-labelledby="open-tickets">
      <h2 id="open-tickets">
        <Link href="/tickets">{t('tickets.open')}</Link>
        {found.length > 0 && <span className="count">{found.length}</span>}
      </h2>
      <Troubled of={tickets} />
      {tickets.data && found.length === 0 && <p className="empty">{t('tickets.none-open')}</p>}
      <ul className="lines">
        {found.slice(0, shown).map(({ id, severity, title, about, since, acknowledged }) => (
          <li key={id}>
            <Link href={`/tickets#${id}`}>
              <SeverityMark severity={severity} />
              <span className="grow">
                {title} <small>{about}</small>
              </span>
              <span className="said">{acknowledged === null ? time(since) : t('tickets.seen')}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
