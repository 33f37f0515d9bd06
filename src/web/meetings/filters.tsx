/** What one knows of a meeting. It stands in the address, so that it can be passed on. */
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { narrow } from '../router.tsx';
import { Search } from '../search.tsx';
import { useWords } from '../words.tsx';
import { type Filter, filters } from './use-meetings.ts';

const states = ['planned', 'open', 'closed', 'cancelled', 'unplaced'] as const;
/** Milliseconds that somebody is given to type on. */
const patience = 350;

export function Filters({ search }: { readonly search: URLSearchParams }) {
  const { t } = useWords();
  const isNarrowed = [...filters, 'from', 'to'].some((name) => search.has(name));
  return (
    <search className="filters">
      <Typed name="q" search={search} isMain />
      <Field label={t('filter.state')} size="small">
        <Select
          size="small"
          value={search.get('state') ?? ''}
          onChange={(_, { value }) => narrow({ state: value })}
        >
          <option value="">{t('filter.any')}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {t(`kind.${state}`)}
            </option>
          ))}
        </Select>
      </Field>
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={t(`filter.${name}`)} size="small">
          <Input
            size="small"
            type="date"
            value={search.get(name) ?? ''}
            onChange={(_, { value }) => narrow({ [name]: value })}
          />
        </Field>
      ))}
      <Typed name="room" search={search} />
      <Typed name="organizer" search={search} />
      <Typed name="number" search={search} />
      <Button
        size="small"
        disabled={!isNarrowed}
        onClick={() => narrow(Object.fromEntries([...filters, 'from', 'to'].map((name) => [name, ''])))}
      >
        {t('filter.none')}
      </Button>
    </search>
  );
}

function Typed(props: {
  readonly name: Filter;
  readonly search: URLSearchParams;
  readonly isMain?: boolean;
}) {
  const { name, search, isMain = false } = props;
  const { t } = useWords();
  const said = search.get(name) ?? '';
  const [typed, setTyped] = useState(said);
  const [before, setBefore] = useState(said);
  if (said !== before) {
    setBefore(said);
    setTyped(said);
  }
  useEffect(() => {
    if (typed === said) return undefined;
    const timer = setTimeout(() => narrow({ [name]: typed.trim() }), patience);
    return () => clearTimeout(timer);
  }, [typed, said, name]);
  const label = t(`filter.${name as 'q' | 'room' | 'organizer' | 'number'}`);
  return (
    <Field label={label} size="small" className={isMain ? 'main' : ''}>
      {isMain ? (
        <Search label={label} isLabelled value={typed} onSay={setTyped} />
      ) : (
        <Input size="small" value={typed} onChange={(_, { value }) => setTyped(value)} />
      )}
    </Field>
  );
}
