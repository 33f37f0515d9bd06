/** The days of a chart as a table, the last day first; a day's date leads to its meetings. */
import type { ReportDay } from '../answers.ts';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import type { ChartProps } from './chart.tsx';
import { instantOf, meetingsOf } from './period.ts';

interface Props {
  readonly name: string;
  readonly days: readonly ReportDay[];
  readonly columns: ChartProps['columns'];
}

export function DayTable({ name, days, columns }: Props) {
  const { t } = useWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <div role="group" className="day-table" aria-label={name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {[t('reports.day'), ...columns.map(([heading]) => heading)].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date}>
              <DayCells day={day} columns={columns} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DayCells({ day, columns }: { readonly day: ReportDay; readonly columns: ChartProps['columns'] }) {
  const { t, day: dayOf } = useWords();
  const { date, state, figures } = day;
  const href = figures === null ? undefined : meetingsOf(date, date);
  const name = dayOf(instantOf(date));
  return (
    <>
      <th scope="row">
        {href === undefined ? name : <Link href={href}>{name}</Link>}
        {figures !== null && state !== 'final' && <small> {t(`reports.state.${state}`)}</small>}
      </th>
      {figures === null ? (
        <td colSpan={columns.length}>{t(`reports.state.${state}`)}</td>
      ) : (
        columns.map(([heading, of]) => <td key={heading}>{of(figures)}</td>)
      )}
    </>
  );
}
