/** Which rooms and which time the timeline shows. Drawn anew only when that changes, and not with every step of scrolling. */
import { Button, Select } from '@fluentui/react-components';
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { memo } from 'react';
import { Search } from '../search.tsx';
import { useWords } from '../words.tsx';

interface Props {
  readonly filter: string;
  readonly steps: number;
  readonly hours: number;
  readonly setFilter: (filter: string) => void;
  readonly setSteps: (steps: number) => void;
  readonly setHours: (hours: number) => void;
}

export const TimelineControls = memo(function TimelineControls(props: Props) {
  const { filter, setFilter, steps, setSteps, hours, setHours } = props;
  const { t, direction } = useWords();
  return (
    <>
      <Search label={t('timeline.filter')} value={filter} onSay={setFilter} />
      <span className="together">
        <Button
          size="small"
          appearance="subtle"
          icon={direction === 'rtl' ? <ChevronRightRegular /> : <ChevronLeftRegular />}
          aria-label={t('timeline.earlier')}
          onClick={() => setSteps(steps - 1)}
        />
        <Button size="small" disabled={steps === 0} onClick={() => setSteps(0)}>
          {t('nav.now')}
        </Button>
        <Button
          size="small"
          appearance="subtle"
          icon={direction === 'rtl' ? <ChevronLeftRegular /> : <ChevronRightRegular />}
          aria-label={t('timeline.later')}
          onClick={() => setSteps(steps + 1)}
        />
      </span>
      <Select
        size="small"
        aria-label={t('timeline.length')}
        value={String(hours)}
        onChange={(_, { value }) => setHours(Number(value))}
      >
        {[2, 4, 12, 24, 72].map((one) => (
          <option key={one} value={one}>
            {t('timeline.hours', { count: one })}
          </option>
        ))}
      </Select>
    </>
  );
});
