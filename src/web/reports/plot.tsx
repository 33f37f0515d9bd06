/**
 * The days of a chart as columns. One stop of the Tab key, within it the arrow keys lead from day to day; each says what it
 * has, and leads to its meetings. A day of which nothing is known is a gap that says so.
 */
import { type KeyboardEvent, type SyntheticEvent, useState } from 'react';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import type { ChartProps } from './chart.tsx';
import { instantOf, meetingsOf } from './period.ts';

type Props = Pick<ChartProps, 'days' | 'scale' | 'tick' | 'marks' | 'inWords'> & {
  readonly labelledBy: string;
  readonly describedBy: string;
};

/** Below the columns so many days have their date. */
const dated = 4;

export function Plot({ days, scale, tick, marks, inWords, labelledBy, describedBy }: Props) {
  const { t, day: dayOf, direction } = useWords();
  const [stop, setStop] = useState(days.length - 1);
  const [looked, setLooked] = useState<number>();
  const at = Math.min(stop, days.length - 1);
  const step = (event: KeyboardEvent<HTMLElement>) => {
    const next = placeAfter(event.key, at, days.length, direction);
    if (next === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus();
  };
  const placeOf = ({ target }: SyntheticEvent) =>
    Number((target as Element).closest<HTMLElement>('[data-place]')?.dataset.place ?? Number.NaN);
  const look = (event: SyntheticEvent) => {
    const place = placeOf(event);
    setLooked(Number.isNaN(place) ? undefined : place);
    return place;
  };
  const labels = days.map(({ date, state, figures }) => {
    const day = dayOf(instantOf(date));
    if (figures === null) return t('reports.of-day', { day, said: t(`reports.state.${state}`) });
    const said = t('reports.of-day', { day, said: inWords(figures) });
    return state === 'final' ? said : `${said} (${t(`reports.state.${state}`)})`;
  });
  const every = Math.max(1, Math.ceil(days.length / dated));
  return (
    <div className="plot">
      <div className="scale" aria-hidden="true">
        {scale.ticks.map((value) => (
          <span key={value} style={{ bottom: `${100 * scale.share(value)}%` }}>
            {tick(value)}
          </span>
        ))}
      </div>
      <div className="field">
        {scale.ticks.map((value) => (
          <i key={value} className="grid-line" style={{ bottom: `${100 * scale.share(value)}%` }} />
        ))}
        <div
          className="days"
          role="group"
          aria-labelledby={labelledBy}
          aria-describedby={describedBy}
          onKeyDown={step}
          onFocus={(event) => setStop(look(event))}
          onBlur={() => setLooked(undefined)}
          onMouseOver={look}
          onMouseLeave={() => setLooked(undefined)}
        >
          {days.map(({ date, state, figures }, place) => {
            const shared = {
              className: `day ${state}`,
              'data-place': place,
              'aria-label': labels[place],
              tabIndex: place === at ? 0 : -1,
            };
            const href = figures === null ? undefined : meetingsOf(date, date);
            const inside = figures !== null && marks(figures);
            return href === undefined ? (
              <span key={date} role="img" {...shared}>
                {inside}
              </span>
            ) : (
              <Link key={date} href={href} {...shared}>
                {inside}
              </Link>
            );
          })}
        </div>
      </div>
      <div className="dates" aria-hidden="true">
        {days.map(
          ({ date }, place) =>
            place % every === 0 && (
              <span key={date} style={{ insetInlineStart: `${(100 * place) / days.length}%` }}>
                {dayOf(instantOf(date))}
              </span>
            ),
        )}
      </div>
      {looked !== undefined && (
        <p className="readout" aria-hidden="true">
          {labels[looked]}
        </p>
      )}
    </div>
  );
}

/** Where a key leads from a day; undefined for keys that lead nowhere. */
function placeAfter(key: string, at: number, count: number, direction: 'ltr' | 'rtl'): number | undefined {
  const later = direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const earlier = direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  if (key === later) return Math.min(count - 1, at + 1);
  if (key === earlier) return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
