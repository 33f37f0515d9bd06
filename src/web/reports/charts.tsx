/** The charts of the reports: each has its marks told apart by pattern or shape, and a sentence that says what it shows. */
import type { ReportDay, ReportFigures } from '../answers.ts';
import { useWords, type Words } from '../words.tsx';
import { Chart, type ChartProps } from './chart.tsx';
import { instantOf } from './period.ts';
import { countScale, type Scale, timeScale } from './scale.ts';
import { peakOf, sumsOf } from './sums.ts';

type Days = readonly ReportDay[];

export function Charts({ days }: { readonly days: Days }) {
  const words = useWords();
  const clusters = [
    ...new Set(days.flatMap(({ figures }) => figures?.clusters.map(({ name }) => name) ?? [])),
  ].sort();
  const charts = [
    ofHeld(days, words),
    ofLateness(days, words),
    ofChanges(days, words),
    ofRooms(days, words),
    ...clusters.map((name) => ofSlots(days, name, words)),
  ];
  return (
    <div className="charts">
      {charts.map((chart) => (
        <Chart key={chart.title} {...chart} />
      ))}
    </div>
  );
}

/** A bar from the bottom, or from where others below it end. */
function Bar(props: { readonly mark: string; readonly of: number; readonly scale: Scale; from?: number }) {
  const { mark, of, scale, from = 0 } = props;
  if (of === 0) return null;
  const bottom = scale.share(from);
  return (
    <i
      className={mark}
      style={{ bottom: `${100 * bottom}%`, height: `${100 * (scale.share(from + of) - bottom)}%` }}
    />
  );
}

function ofHeld(days: Days, { t, day, number }: Words): ChartProps {
  const { figures } = sumsOf(days);
  const peak = peakOf(days, ({ booked }) => booked);
  const scale = countScale(peak?.value ?? 0);
  const { booked, held, noShows } = figures;
  const sums = t('reports.said.held', { booked, held, noShows });
  const most = peak && t('reports.said.most-booked', { day: day(instantOf(peak.date)), count: peak.value });
  return {
    ...{ title: t('reports.chart.held'), said: [sums, most].join(' ').trim(), days, scale, tick: number },
    marks: ({ booked, held, noShows }) => (
      <>
        <Bar mark="mark-held" of={held} scale={scale} />
        <Bar mark="mark-no-show" of={noShows} scale={scale} from={held} />
        <Bar mark="mark-other" of={booked - held - noShows} scale={scale} from={held + noShows} />
      </>
    ),
    inWords: ({ booked, held, noShows }) => t('reports.said.held', { booked, held, noShows }),
    legend: [
      ['mark-other', t('reports.not-held')],
      ['mark-no-show', t('reports.no-shows')],
      ['mark-held', t('reports.held')],
    ],
    columns: [
      [t('reports.booked'), ({ booked }) => number(booked)],
      [t('reports.held'), ({ held }) => number(held)],
      [t('reports.no-shows'), ({ noShows }) => number(noShows)],
      [t('reports.cancelled'), ({ cancelled }) => number(cancelled)],
      [t('reports.unplaced'), ({ unplaced }) => number(unplaced)],
      [t('reports.not-opened'), ({ notOpened }) => number(notOpened)],
    ],
  };
}

function ofLateness(days: Days, { t, day, number, length }: Words): ChartProps {
  const { lateness } = sumsOf(days);
  const peak = peakOf(days, ({ lateness }) => lateness.max);
  const scale = timeScale(peak?.value ?? 0);
  const inWords = ({ opened, p50, p99, max }: ReportFigures['lateness']) =>
    p50 === null || p99 === null || max === null
      ? t('reports.said.none-opened')
      : t('reports.said.lateness', {
          ...{ count: opened, median: length(p50), p99: length(p99), max: length(max) },
        });
  const said = peak && t('reports.said.latest', { day: day(instantOf(peak.date)) });
  const or = (ms: number | null) => (ms === null ? '–' : length(ms));
  return {
    ...{ title: t('reports.chart.lateness'), days, scale, tick: length },
    said: [inWords(lateness), said].join(' ').trim(),
    marks: ({ lateness: { p50, p99, max } }) =>
      p50 !== null &&
      p99 !== null &&
      max !== null && (
        <>
          <i
            className="mark-span"
            style={{
              bottom: `${100 * scale.share(p50)}%`,
              height: `${100 * (scale.share(max) - scale.share(p50))}%`,
            }}
          />
          <i className="mark-max" style={{ bottom: `${100 * scale.share(max)}%` }} />
          <i className="mark-p99" style={{ bottom: `${100 * scale.share(p99)}%` }} />
          <i className="mark-median" style={{ bottom: `${100 * scale.share(p50)}%` }} />
        </>
      ),
    inWords: ({ lateness }) => inWords(lateness),
    legend: [
      ['mark-max', t('reports.latest')],
      ['mark-p99', t('reports.p99')],
      ['mark-median', t('reports.median')],
    ],
    columns: [
      [t('reports.opened'), ({ lateness }) => number(lateness.opened)],
      [t('reports.median'), ({ lateness }) => or(lateness.p50)],
      [t('reports.p99'), ({ lateness }) => or(lateness.p99)],
      [t('reports.latest'), ({ lateness }) => or(lateness.max)],
    ],
  };
}

function ofChanges(days: Days, { t, number }: Words): ChartProps {
  type Counts = Pick<ReportFigures, 'extensions' | 'failovers' | 'recoveries'>;
  const highest = Math.max(
    0,
    ...(['extensions', 'failovers', 'recoveries'] as const).map(
      (name) => peakOf(days, (figures) => figures[name])?.value ?? 0,
    ),
  );
  const scale = countScale(highest);
  const inWords = ({ extensions, failovers, recoveries }: Counts) =>
    t('reports.said.changes', { extensions, failovers, recoveries });
  return {
    ...{ title: t('reports.chart.changes'), said: inWords(sumsOf(days).figures), days, scale, tick: number },
    marks: ({ extensions, failovers, recoveries }) => (
      <span className="beside">
        {(
          [
            ['mark-extension', extensions],
            ['mark-failover', failovers],
            ['mark-recovery', recoveries],
          ] as const
        ).map(([mark, count]) => (
          <span key={mark}>
            <Bar mark={mark} of={count} scale={scale} />
          </span>
        ))}
      </span>
    ),
    inWords,
    legend: [
      ['mark-extension', t('reports.extensions')],
      ['mark-failover', t('reports.failovers')],
      ['mark-recovery', t('reports.recoveries')],
    ],
    columns: [
      [t('reports.extensions'), ({ extensions }) => number(extensions)],
      [t('reports.extended-minutes'), ({ extendedMinutes }) => number(extendedMinutes)],
      [t('reports.failovers'), ({ failovers }) => number(failovers)],
      [t('reports.recoveries'), ({ recoveries }) => number(recoveries)],
      [t('reports.rehomings'), ({ rehomings }) => number(rehomings)],
    ],
  };
}

function ofRooms(days: Days, { t, day, number }: Words): ChartProps {
  const peak = peakOf(days, ({ mostRooms }) => mostRooms);
  const scale = countScale(peak?.value ?? 0);
  return {
    ...{ title: t('reports.chart.rooms'), days, scale, tick: number },
    said:
      peak === undefined
        ? t('reports.said.no-rooms')
        : t('reports.said.most-rooms', { count: peak.value, day: day(instantOf(peak.date)) }),
    marks: ({ mostRooms }) => <Bar mark="mark-held" of={mostRooms} scale={scale} />,
    inWords: ({ mostRooms }) => t('reports.said.rooms', { count: mostRooms }),
    legend: [['mark-held', t('reports.rooms-at-once')]],
    columns: [[t('reports.rooms-at-once'), ({ mostRooms }) => number(mostRooms)]],
  };
}

function ofSlots(days: Days, name: string, { t, day, number }: Words): ChartProps {
  const here = ({ clusters }: ReportFigures) => clusters.find((one) => one.name === name);
  const peak = peakOf(days, (figures) => here(figures)?.mostSlots ?? null);
  const there = peakOf(days, (figures) => here(figures)?.slots ?? null);
  const scale = countScale(Math.max(peak?.value ?? 0, there?.value ?? 0));
  const inWords = (figures: ReportFigures) => {
    const { mostSlots = 0, slots = null } = here(figures) ?? {};
    return slots === null
      ? t('reports.said.slots', { count: mostSlots })
      : t('reports.said.slots-of', { count: mostSlots, slots });
  };
  const ofPeak = days.find(({ date }) => date === peak?.date)?.figures;
  return {
    ...{ title: t('reports.chart.slots', { cluster: name }), days, scale, tick: number },
    said: ofPeak
      ? t('reports.of-day', { day: day(instantOf(peak?.date ?? '')), said: inWords(ofPeak) })
      : t('reports.said.no-slots'),
    marks: (figures) => {
      const { mostSlots = 0, slots = null } = here(figures) ?? {};
      return (
        <>
          <Bar mark="mark-held" of={mostSlots} scale={scale} />
          {slots !== null && <i className="mark-limit" style={{ bottom: `${100 * scale.share(slots)}%` }} />}
        </>
      );
    },
    inWords,
    legend: [
      ['mark-held', t('reports.slots-at-once')],
      ['mark-limit', t('reports.slots-there')],
    ],
    columns: [
      [t('reports.slots-at-once'), (figures) => number(here(figures)?.mostSlots ?? 0)],
      [
        t('reports.slots-there'),
        (figures) => {
          const slots = here(figures)?.slots ?? null;
          return slots === null ? '–' : number(slots);
        },
      ],
      [t('reports.conferences'), (figures) => number(here(figures)?.conferences ?? 0)],
      [t('reports.hours'), (figures) => number((here(figures)?.minutes ?? 0) / 60)],
    ],
  };
}
