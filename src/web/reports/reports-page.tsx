/** Reports: what became of the meetings of each day, and what was in use for them. */
import { useQuery } from '@tanstack/react-query';
import type { Report } from '../answers.ts';
import { questions } from '../questions.ts';
import { Link, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { Charts } from './charts.tsx';
import { dateAt, instantOf, isRange, type Period, periodOf, zoneOfReader } from './period.ts';
import { PeriodChooser } from './period-chooser.tsx';
import { RoomUses } from './room-uses.tsx';
import { type Sums, sumsOf } from './sums.ts';
import { Tiles } from './tiles.tsx';
import './reports.css';

export function ReportsPage() {
  const { t } = useWords();
  const { search } = usePlace();
  const period = periodOf(search, dateAt(Date.now()));
  return (
    <div className="page reports">
      <h1>{t('nav.reports')}</h1>
      <PeriodChooser period={period} />
      {isRange(period) ? (
        <Reported period={period} />
      ) : (
        <p className="bad" role="alert">
          {t('reports.range')}
        </p>
      )}
    </div>
  );
}

function Reported({ period }: { readonly period: Period }) {
  const { from, to } = period;
  const zone = zoneOfReader();
  const search = new URLSearchParams({ from, to, zone }).toString();
  const report = useQuery(questions.reports(search));
  if (!report.data) return <Troubled of={report} />;
  const { days } = report.data;
  const sums = sumsOf(days);
  const isEmpty = sums.figures.booked === 0 && sums.pending === 0;
  return (
    <div className="page-part" aria-busy={report.isPlaceholderData}>
      <Notes days={days} sums={sums} zone={zone} />
      {isEmpty ? (
        <Empty known={sums.known} isUntilToday={to >= dateAt(Date.now())} />
      ) : (
        <>
          <Tiles sums={sums} from={from} to={to} />
          <Charts days={days} />
          <RoomUses period={period} search={search} />
        </>
      )}
    </div>
  );
}

interface NotesProps {
  readonly days: Report['days'];
  readonly sums: Sums;
  readonly zone: string;
}

function Notes({ days, sums: { unknown, pending }, zone }: NotesProps) {
  const { t, day } = useWords();
  const [from, to] = [days.at(0), days.at(-1)].map((one) => (one ? day(instantOf(one.date)) : ''));
  return (
    <div className="summary" role="status">
      <p>{t('reports.span', { from: from ?? '', to: to ?? '', zone })}</p>
      {unknown > 0 && <p>{t('reports.unknown', { count: unknown })}</p>}
      {pending > 0 && <p>{t('reports.pending', { count: pending })}</p>}
    </div>
  );
}

/** @param known days of which something is known */
function Empty({ known, isUntilToday }: { readonly known: number; readonly isUntilToday: boolean }) {
  const { t } = useWords();
  const isFirst = known <= 1 && isUntilToday;
  const title = known === 0 ? 'reports.empty.unknown' : 'reports.empty.none';
  return (
    <section className="panel empty-reports">
      <h2>{t(isFirst ? 'reports.empty.title' : title)}</h2>
      {isFirst && <p>{t('reports.empty.first')}</p>}
      <p>{t('reports.empty.look')}</p>
      <p>
        <Link href="/rooms">{t('nav.rooms')}</Link>
      </p>
    </section>
  );
}
