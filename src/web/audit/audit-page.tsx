/** Who did what, the newest first: read on as one scrolls, and narrowed to what one looks for of what was read. */
import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuditPage as Answer } from '../answers.ts';
import { read } from '../asking.ts';
import { useActing } from '../me.ts';
import { Search } from '../search.tsx';
import { Troubled } from '../troubled.tsx';
import { VirtualTable } from '../virtual-table.tsx';
import { useWords } from '../words.tsx';
import { AuditRow } from './audit-row.tsx';

const columns = ['when', 'who', 'what', 'about', 'said', 'outcome'] as const;
const atOnce = 200;

function useAuditLog(isAllowed: boolean) {
  return useInfiniteQuery({
    queryKey: ['audit-log'],
    queryFn: ({ pageParam, signal }) =>
      read<Answer>(
        `/api/audit-log?limit=${atOnce}${pageParam === '' ? '' : `&before=${encodeURIComponent(pageParam)}`}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    enabled: isAllowed,
    // Nothing tells of new entries: it is read anew whenever it is come to.
    staleTime: 0,
  });
}

export function AuditPage() {
  const { t } = useWords();
  const { may } = useActing();
  const isAllowed = may('administrator');
  const log = useAuditLog(isAllowed);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log;
  const [who, setWho] = useState('');
  const [what, setWhat] = useState('');
  const all = log.data?.pages.flatMap(({ entries }) => entries) ?? [];
  const has = (text: string, wanted: string) => text.toLowerCase().includes(wanted.trim().toLowerCase());
  const found = all.filter(
    (entry) =>
      has(entry.by, who) &&
      has(`${entry.what} ${entry.outcome} ${JSON.stringify([entry.about, entry.said])}`, what),
  );
  // Else a name that is rare would have the whole log read.
  const isNarrowed = who.trim() !== '' || what.trim() !== '';
  if (!isAllowed)
    return (
      <div className="page">
        <h1>{t('nav.audit')}</h1>
        <p>{t('page.administrators')}</p>
      </div>
    );
  const searches = [
    ['audit.who', who, setWho],
    ['audit.what', what, setWhat],
  ] as const;
  return (
    <div className="page fill">
      <h1>{t('nav.audit')}</h1>
      <search className="filters">
        {searches.map(([key, value, set]) => (
          <Search key={key} label={t(key)} value={value} onSay={set} />
        ))}
        {isNarrowed && hasNextPage && (
          <Button size="small" disabledFocusable={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('do.more')}
          </Button>
        )}
        <a href="/api/audit-log.csv" download>
          {t('audit.csv')}
        </a>
      </search>
      {!log.data && <Troubled of={log} />}
      <p className="summary" role="status">
        {all.length > 0 && t('audit.found', { count: found.length, all: all.length })}
      </p>
      <VirtualTable
        name={t('nav.audit')}
        className="of-audit"
        columns={columns.map((key) => ({ key, title: t(`audit.${key}`) }))}
        items={found}
        isCut={hasNextPage}
        heights={[38, 92]}
        hidden={found.length === 0}
        keyOf={({ id }) => id}
        onNearEnd={() => {
          if (!isNarrowed && hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      >
        {(entry, place) => <AuditRow key={entry.id} entry={entry} {...place} />}
      </VirtualTable>
      {log.data && found.length === 0 && (
        <p className="panel empty">{t(all.length === 0 && !isNarrowed ? 'audit.empty' : 'audit.none')}</p>
      )}
    </div>
  );
}
