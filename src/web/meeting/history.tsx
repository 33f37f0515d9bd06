/** Everything that happened to a meeting, the latest first, in plain words; what the words do not say stands behind them. */
import type { MeetingDetail, TimelineEntry } from '../answers.ts';
import { useWords } from '../words.tsx';
import { eachOnce } from './each-once.ts';
import { Told } from './told.tsx';

export function History({ meeting }: { readonly meeting: MeetingDetail }) {
  const { t, exactly } = useWords();
  const told = eachOnce(meeting.timeline).reverse();
  return (
    <section className="panel" aria-labelledby="history">
      <h2 id="history">{t('history.title')}</h2>
      <ol className="history" reversed>
        {told.map(({ entry, place, times }) => (
          <li key={place} className={weights[entry.what]}>
            <time dateTime={entry.at}>{exactly(entry.at)}</time>
            <Told entry={entry} times={times} />
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
