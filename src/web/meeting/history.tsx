/** Everything that happened to a meeting, the latest first, in plain words; what the words do not say stands behind them. */
import { Button, Switch } from '@fluentui/react-components';
import type { MeetingDetail, TimelineEntry } from '../answers.ts';
import { english } from '../catalogue.ts';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { narrow, usePlace } from '../router.tsx';
import { placesIn, type Values } from '../sentence.ts';
import { Troubled } from '../troubled.tsx';
import { useWords, type Words } from '../words.tsx';
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
            <time dateTime={at}>{exactly(at)}</time>
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
                <WorkToBeShown meeting={meeting} work={work} what={tell(entry).sentence} />
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Details that say again what the sentence, or the page, says already. */
const repeated = ['facts', 'cluster', 'number'];

/** What somebody looks for who asks what went wrong. */
const weights: Readonly<Partial<Record<TimelineEntry['what'], 'wrong' | 'careful' | 'well'>>> = {
  ...{ opened: 'well', recovered: 'well', adopted: 'well' },
  ...{ 'bridge-lost': 'wrong', unplaced: 'wrong', 'preflight-failed': 'wrong', 'dial-failed': 'wrong' },
  ...{ retrying: 'wrong', 'failed-over': 'careful', reopened: 'careful', 'not-extended': 'careful' },
  ...{ 'access-refused': 'careful', 'organizer-not-told': 'careful', 'changed-on-bridge': 'careful' },
  ...{ 'cut-short': 'careful', 'call-left-behind': 'careful', 'slot-unclean': 'careful' },
};

interface Sentence {
  readonly sentence: string;
  /** What the sentence does not say. */
  readonly rest: string;
}

function useTelling(): (entry: TimelineEntry) => Sentence {
  const words = useWords();
  const roomName = useRoomNames();
  return ({ at: _, what, work: __, ...details }) => {
    const key = `timeline.${what}` as const;
    const wanted = placesIn(english[key]);
    const values: Record<string, string | number> = Object.fromEntries(wanted.map((name) => [name, '–']));
    for (const [name, value] of Object.entries(details)) {
      if (typeof value === 'string' || typeof value === 'number')
        values[name] = inWords(name, value, words, roomName, what);
    }
    const { start, end } = details;
    if (typeof start === 'string' && typeof end === 'string')
      [values.start, values.end] = words.span(start, end);
    const rest = Object.entries(details)
      .filter(([name, value]) => !wanted.includes(name) && !repeated.includes(name) && value !== '')
      .map(([name]) => `${name}: ${values[name] ?? JSON.stringify(details[name])}`);
    return { sentence: words.t(key, values as Values), rest: rest.join(' · ') };
  };
}

function Told({ told: { sentence, rest }, times }: { readonly told: Sentence; readonly times: number }) {
  const { number } = useWords();
  return (
    <span>
      {sentence}
      {times > 1 && <small> ×{number(times)}</small>}
      {rest !== '' && <small> {rest}</small>}
    </span>
  );
}

function inWords(
  name: string,
  value: string | number,
  words: Words,
  roomName: (mailbox: string) => string,
  what: string,
): string | number {
  if (name === 'room') return roomName(String(value));
  if (name === 'callBridge') return nameOf(String(value));
  if (name === 'start' || name === 'end' || name === 'until') return words.time(value);
  if (name === 'late' || name === 'after') return words.length(Number(value));
  if (name === 'do') return words.find(`do.${value}`) ?? value;
  if (name === 'outcome') return words.find(`outcome.${value}`) ?? value;
  if (name === 'reason' && what === 'closed') return words.find(`closed.${value}`) ?? value;
  // A number of a conference is read out digit by digit, not as a quantity.
  return name === 'minutes' ? value : String(value);
}
