/** What an administrator must see to, the worst first, with what to do about it and who has seen it. */
import { Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useActing } from '../me.ts';
import { questions } from '../questions.ts';
import { narrow, usePlace } from '../router.tsx';
import { Search } from '../search.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { TicketCard } from './ticket-card.tsx';

const states = ['open', 'closed', 'all'] as const;
/** History goes back a long way; more of it is found by searching. */
const mostShown = 200;

export function TicketsPage() {
  const { t } = useWords();
  const { search } = usePlace();
  const { mayNot } = useActing();
  const state = states.find((one) => one === search.get('state')) ?? 'open';
  const [wanted, setWanted] = useState('');
  const tickets = useQuery(questions.tickets(state));
  const text = wanted.trim().toLowerCase();
  const found = (tickets.data?.tickets ?? []).filter(({ title, about, detail, code }) =>
    `${title} ${about} ${detail} ${code}`.toLowerCase().includes(text),
  );
  return (
    <div className="page">
      <h1>{t('nav.tickets')}</h1>
      <div className="filters">
        <TabList
          size="small"
          selectedValue={state}
          aria-label={t('filter.state')}
          onTabSelect={(_, { value }) => narrow({ state: value === 'open' ? '' : String(value) })}
        >
          {states.map((one) => (
            <Tab key={one} value={one}>
              {t(`tickets.are-${one}`)}
            </Tab>
          ))}
        </TabList>
        <Search className="main" label={t('filter.q')} value={wanted} onSay={setWanted} />
      </div>
      {!tickets.data && <Troubled of={tickets} />}
      {tickets.data && found.length === 0 && (
        <p className="panel empty">
          {text === '' && state === 'open' ? t('tickets.none-open') : t('tickets.none')}
        </p>
      )}
      {mayNot('operator') && <p className="summary">{t('order.not-allowed')}</p>}
      <ul className="tickets">
        {found.slice(0, mostShown).map((ticket) => (
          <TicketCard key={ticket.id} ticket={ticket} />
        ))}
      </ul>
      {found.length > mostShown && (
        <p className="empty">{t('verdict.more', { count: found.length - mostShown })}</p>
      )}
    </div>
  );
}
