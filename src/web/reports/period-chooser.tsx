/** Of which days one wants to know; and the same as files. It stands in the address, so that it can be passed on. */
import { Field, Input, Select } from '@fluentui/react-components';
import { narrow } from '../router.tsx';
import { useWords } from '../words.tsx';
import { isRange, lengths, type Period, zoneOfReader } from './period.ts';

export function PeriodChooser({ period }: { readonly period: Period }) {
  const { t } = useWords();
  const { from, to, length } = period;
  const isFit = isRange(period);
  const search = new URLSearchParams({ from, to, zone: zoneOfReader() });
  const choose = (value: string) =>
    narrow(value === '' ? { days: '', from, to } : { days: value, from: '', to: '' });
  return (
    <search className="filters">
      <Field label={t('reports.period')} size="small">
        <Select size="small" value={length ?? ''} onChange={(_, { value }) => choose(value)}>
          {lengths.map((count) => (
            <option key={count} value={count}>
              {t('reports.last', { count })}
            </option>
          ))}
          <option value="">{t('reports.own')}</option>
        </Select>
      </Field>
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={t(`filter.${name}`)} size="small" validationState={isFit ? 'none' : 'error'}>
          <Input
            size="small"
            type="date"
            value={period[name]}
            onChange={(_, { value }) => narrow({ days: '', from, to, [name]: value || period[name] })}
          />
        </Field>
      ))}
      {isFit && (
        <nav className="downloads" aria-label={t('reports.files')}>
          <a href={`/api/reports.xlsx?${search}&by=room`} download>
            {t('reports.xlsx')}
          </a>
          <a href={`/api/reports.csv?${search}`} download>
            {t('reports.csv-days')}
          </a>
          <a href={`/api/reports.csv?${search}&by=room`} download>
            {t('reports.csv-rooms')}
          </a>
        </nav>
      )}
    </search>
  );
}
