/** A chart over days: what it says in one sentence, the days as columns or as a table, and what its marks mean. */
import { ToggleButton } from '@fluentui/react-components';
import { TableRegular } from '@fluentui/react-icons/svg/table';
import { type ReactNode, useId, useState } from 'react';
import type { ReportDay, ReportFigures } from '../answers.ts';
import { useWords } from '../words.tsx';
import { DayTable } from './day-table.tsx';
import { Plot } from './plot.tsx';
import type { Scale } from './scale.ts';

export interface ChartProps {
  readonly title: string;
  /** What there is to be seen, for those who do not see it, and for all others. */
  readonly said: string;
  readonly days: readonly ReportDay[];
  readonly scale: Scale;
  /** A tick of the scale in words. */
  tick(value: number): string;
  /** What stands in the column of a day. */
  marks(figures: ReportFigures): ReactNode;
  /** The same in words, without the day. */
  inWords(figures: ReportFigures): string;
  /** What the marks mean: their class and a word. */
  readonly legend: readonly (readonly [mark: string, word: string])[];
  readonly columns: readonly (readonly [heading: string, of: (figures: ReportFigures) => string])[];
}

export function Chart(props: ChartProps) {
  const { title, said, days, legend, columns } = props;
  const { t } = useWords();
  const [isTable, setTable] = useState(false);
  const id = useId();
  return (
    <section className="panel chart" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <ToggleButton
          size="small"
          appearance="subtle"
          icon={<TableRegular />}
          checked={isTable}
          aria-label={`${t('reports.as-table')}: ${title}`}
          onClick={() => setTable(!isTable)}
        >
          {t('reports.as-table')}
        </ToggleButton>
      </header>
      <p id={`${id}said`} className="summary">
        {said}
      </p>
      {isTable ? (
        <DayTable name={title} days={days} columns={columns} />
      ) : (
        <>
          <Plot {...props} labelledBy={id} describedBy={`${id}said`} />
          <Legend marks={legend} days={days} />
        </>
      )}
    </section>
  );
}

/** Days that are not as others have a mark where there are any. */
const unusual = ['so-far', 'partly', 'unknown', 'pending'] as const;

function Legend({ marks, days }: { marks: ChartProps['legend']; days: readonly ReportDay[] }) {
  const { t } = useWords();
  const there = unusual.filter((state) => days.some((day) => day.state === state));
  return (
    <ul className="chart-legend">
      {marks.map(([mark, word]) => (
        <li key={mark}>
          <span className="swatch" aria-hidden="true">
            <i className={mark} />
          </span>
          {word}
        </li>
      ))}
      {there.map((state) => (
        <li key={state}>
          <span className={`swatch day ${state}`} aria-hidden="true" />
          {t(`reports.state.${state}`)}
        </li>
      ))}
    </ul>
  );
}
