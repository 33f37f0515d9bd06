/** One thing that happened to a meeting, in plain words; what the words do not say stands behind them. */
import type { TimelineEntry } from '../answers.ts';
import { english } from '../catalogue.ts';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { placesIn, type Values } from '../sentence.ts';
import { useWords, type Words } from '../words.tsx';
import { inOrderWord, orderWord } from './order-word.ts';

/** Details that say again what the sentence, or the page, says already. */
const repeated = ['facts', 'cluster', 'number', ...inOrderWord];

export interface Sentence {
  readonly sentence: string;
  /** What the sentence does not say. */
  readonly rest: string;
}

export function useTelling(): (entry: TimelineEntry) => Sentence {
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
    if (what === 'operated') {
      const word = orderWord(details);
      values.do = words.find(`do.${word}`) ?? word;
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

export function Told({
  told: { sentence, rest },
  times,
}: {
  readonly told: Sentence;
  readonly times: number;
}) {
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
  if (name === 'outcome') return words.find(`outcome.${value}`) ?? value;
  if (name === 'reason' && what === 'closed') return words.find(`closed.${value}`) ?? value;
  if (name === 'reason' && what === 'operated') return words.find(`refusal.${value}`) ?? value;
  // A number of a conference is read out digit by digit, not as a quantity.
  return name === 'minutes' ? value : String(value);
}
