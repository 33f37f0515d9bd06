/** Everything that happened to a meeting, the latest first, in plain words; what the words do not say stands behind them. */
import type { MeetingDetail, TimelineEntry } from '../answers.ts';
import { english } from '../catalogue.ts';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { placesIn, type Values } from '../sentence.ts';
import { useWords, type Words } from '../words.tsx';
import { eachOnce } from './each-once.ts';
import { inOrderWord, orderWord } from './order-word.ts';

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

/** Details that say again what the sentence, or the page, says already. */
const repeated = ['facts', 'cluster', 'number', ...inOrderWord];

/** What somebody looks for who asks what went wrong. */
const weights: Readonly<Partial<Record<TimelineEntry['what'], 'wrong' | 'careful' | 'well'>>> = {
  ...{ opened: 'well', recovered: 'well', adopted: 'well' },
  ...{ 'bridge-lost': 'wrong', unplaced: 'wrong', 'preflight-failed': 'wrong', 'dial-failed': 'wrong' },
  ...{ retrying: 'wrong', 'failed-over': 'careful', reopened: 'careful', 'not-extended': 'careful' },
  ...{ 'access-refused': 'careful', 'organizer-not-told': 'careful', 'changed-on-bridge': 'careful' },
  ...{ 'cut-short': 'careful', 'call-left-behind': 'careful', 'slot-unclean': 'careful' },
};

function Told({ entry, times }: { readonly entry: TimelineEntry; readonly times: number }) {
  const words = useWords();
  const roomName = useRoomNames();
  const { at: _, what, ...details } = entry;
  const key = `timeline.${what}` as const;
  const wanted = placesIn(english[key]);
  const values: Record<string, string | number> = Object.fromEntries(wanted.map((name) => [name, '–']));
  for (const [name, value] of Object.entries(details)) {
    if (typeof value === 'string' || typeof value === 'number')
      values[name] = inWords(name, value, words, roomName, what);
  }
  if (what === 'operated') {
    const word = orderWord(details);
    values.do = words.find(`do.${word}`) ?? word;
  }
  const { start, end } = details;
  if (typeof start === 'string' && typeof end === 'string')
    [values.start, values.end] = words.span(start, end);
  const rest = Object.entries(details).filter(
    ([name, value]) => !wanted.includes(name) && !repeated.includes(name) && value !== '',
  );
  return (
    <span>
      {words.t(key, values as Values)}
      {times > 1 && <small> ×{words.number(times)}</small>}
      {rest.length > 0 && (
        <small>
          {' '}
          {rest.map(([name]) => `${name}: ${values[name] ?? JSON.stringify(details[name])}`).join(' · ')}
        </small>
      )}
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
  if (name === 'outcome') return words.find(`outcome.${value}`) ?? value;
  if (name === 'reason' && what === 'closed') return words.find(`closed.${value}`) ?? value;
  // A number of a conference is read out digit by digit, not as a quantity.
  return name === 'minutes' ? value : String(value);
}
