/**
 * The quarters of an hour of one day, each as high as it is full. For the keyboard, and for who listens, it is a slider that
 * says each quarter; what is the tightest of the day stands beside it in words.
 */
import { type KeyboardEvent, memo, type PointerEvent } from 'react';
import type { CapacityDay } from '../answers.ts';
import { useWords } from '../words.tsx';
import { type Measure, outlineOf, quarterLength, saidOf, shareOf, stepOf } from './strip.ts';

interface Props {
  readonly day: CapacityDay;
  readonly measure: Measure;
  /** In all the days that are shown. */
  readonly mostPorts: number;
  /** When the chosen quarter begins, where it is of this day; epoch ms. */
  readonly chosen: number | undefined;
  /** When the present quarter begins. */
  readonly present: number;
  readonly choose: (at: number) => void;
}

export const DayStrip = memo(function DayStrip(props: Props) {
  const { day: one, measure, mostPorts, chosen, present, choose } = props;
  const { t, day, clock, direction } = useWords();
  const { quarters } = one;
  const tightest = measure === 'slots' ? one.fewestSlots : one.fewestPorts;
  const placeOf = (at: number) => Math.round((at - Date.parse(quarters[0]?.at ?? '')) / quarterLength);
  const place =
    chosen === undefined ? placeOf(Date.parse(tightest?.at ?? quarters[0]?.at ?? '')) : placeOf(chosen);
  const current = quarters[place];
  const take = (index: number) => {
    const quarter = quarters[index];
    if (quarter !== undefined) choose(Date.parse(quarter.at));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = stepOf(event.key, place, quarters.length, direction === 'rtl');
    if (next === undefined) return;
    event.preventDefault();
    take(next);
  };
  const onPointer = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / width;
    const index = Math.floor((direction === 'rtl' ? 1 - share : share) * quarters.length);
    const within = Math.min(quarters.length - 1, Math.max(0, index));
    if (within !== place || chosen === undefined) take(within);
  };
  const say = (quarter: (typeof quarters)[number]) => {
    const [key, values] = saidOf(quarter, measure);
    const said = t(key, { ...values, time: clock(quarter.at) });
    return quarter.short.includes(measure) ? t('capacity.too-few', { said }) : said;
  };
  const heading = day(quarters[0]?.at ?? one.date);
  return (
    <li className="day-strip">
      <div className="strip-heading">
        <h3>{heading}</h3>
        <span className={tightest?.short.includes(measure) ? 'bad' : ''}>
          {tightest === null || (measure === 'slots' ? tightest.held : tightest.ports) === 0
            ? t('capacity.nothing')
            : t('capacity.peak', { said: say(tightest) })}
        </span>
      </div>
      <div
        role="slider"
        tabIndex={0}
        className="strip"
        aria-label={t('capacity.quarters', { day: heading })}
        aria-valuemin={0}
        aria-valuemax={quarters.length - 1}
        aria-valuenow={place}
        aria-valuetext={current && say(current)}
        onKeyDown={onKeyDown}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
      >
        <Bars
          {...{ day: one, measure, mostPorts, present }}
          place={chosen === undefined ? undefined : place}
        />
      </div>
    </li>
  );
});

/** Drawn units. */
const height = 40;
/** Of what stands above a quarter with too few, and as much again is left free below it. */
const markHeight = 4;

interface BarsProps extends Pick<Props, 'day' | 'measure' | 'mostPorts' | 'present'> {
  /** Of the chosen quarter. */
  readonly place: number | undefined;
}

function Bars({ day: { quarters }, measure, mostPorts, present, place }: BarsProps) {
  const shares = quarters.map((quarter) => shareOf(quarter, measure, mostPorts));
  const starts = quarters.map(({ at }) => Date.parse(at));
  const isOver = (i: number) => (starts[i] ?? 0) < present;
  const isShort = (i: number) => quarters[i]?.short.includes(measure) === true;
  const ticks = starts.flatMap((at, i) => {
    const hour = new Date(at);
    return i > 0 && hour.getMinutes() === 0 && hour.getHours() % 6 === 0 ? [`M${i} 0V${height}`] : [];
  });
  const across = (from: number, to: number) =>
    quarters.flatMap((_, i) => (isShort(i) ? [`M${i} ${from}h1V${to}h-1z`] : [])).join('');
  return (
    <svg viewBox={`0 0 ${quarters.length} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="tick" d={ticks.join('')} />
      <path className="over" d={outlineOf(shares, height, isOver)} />
      <path d={outlineOf(shares, height, (i) => !isOver(i) && !isShort(i))} />
      <path className="short" d={outlineOf(shares, height, (i) => !isOver(i) && isShort(i))} />
      <path className="gap" d={across(0, 2 * markHeight)} />
      <path className="short" d={across(0, markHeight)} />
      {place !== undefined && <rect className="chosen" x={place - 0.5} y={0} width={2} height={height} />}
    </svg>
  );
}
