/** Everything that happened to a meeting, the latest first, in plain words; what the words do not say stands behind them. */
import { Button, Switch } from '@fluentui/react-components';
import type { MeetingDetail, TimelineEntry } from '../answers.ts';
import { narrow, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { Told, useTelling } from './told.tsx';
import { useExchanges } from './use-exchanges.ts';
import { linesOf } from './with-work.ts';
import { WorkShown, WorkToBeShown } from './work-below.tsx';

export function History({ meeting }: { readonly meeting: MeetingDetail }) {
  const { t, exactly } = useWords();
  const tell = useTelling();
  const { search } = usePlace();
  const only = search.get('work') ?? '';
  const isWhole = only !== '' || search.has('requests');
  const asked = useExchanges(meeting, only, isWhole);
  const lines = linesOf(meeting.timeline, only, isWhole ? (asked.data ?? []) : undefined);
  return (
    <section className="panel" aria-labelledby="history">
      <header>
        <h2 id="history">{t('history.title')}</h2>
        {only === '' && (
          <Switch
            label={t('exchanges.with')}
            checked={isWhole}
            onChange={(_, { checked }) => narrow({ requests: checked ? '1' : '' })}
          />
        )}
      </header>
      {only !== '' && (
        <p className="inside">
          {t('exchanges.filtered')} <code dir="ltr">{only}</code>{' '}
          <Button size="small" onClick={() => narrow({ work: '' })}>
            {t('exchanges.everything')}
          </Button>
        </p>
      )}
      {isWhole && <Troubled of={asked} />}
      {only !== '' && asked.data?.length === 0 && lines.length === 0 && (
        <p className="inside">{t('exchanges.none')}</p>
      )}
      <ol className="history" reversed>
        {lines.map(({ id, at, entry, times, work, exchanges }) => (
          <li key={id} className={entry && weights[entry.what]}>
            <time id={`at-${id}`} dateTime={at}>
              {exactly(at)}
            </time>
            <div>
              {entry === undefined ? (
                <span className="summary">{t('exchanges.other')}</span>
              ) : (
                <Told told={tell(entry)} times={times} />
              )}
              {work !== undefined && exchanges !== undefined && (
                <WorkShown work={work} exchanges={exchanges} />
              )}
              {work !== undefined && entry !== undefined && !isWhole && (
                <WorkToBeShown {...{ meeting, work }} what={tell(entry).sentence} when={`at-${id}`} />
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What somebody looks for who asks what went wrong. */
const weights: Readonly<Partial<Record<TimelineEntry['what'], 'wrong' | 'careful' | 'well'>>> = {
  ...{ opened: 'well', recovered: 'well', adopted: 'well' },
  ...{ 'bridge-lost': 'wrong', unplaced: 'wrong', 'preflight-failed': 'wrong', 'dial-failed': 'wrong' },
  ...{ retrying: 'wrong', 'failed-over': 'careful', reopened: 'careful', 'not-extended': 'careful' },
  ...{ 'access-refused': 'careful', 'organizer-not-told': 'careful', 'changed-on-bridge': 'careful' },
  ...{ 'cut-short': 'careful', 'call-left-behind': 'careful', 'slot-unclean': 'careful' },
};
