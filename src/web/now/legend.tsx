/** What the bars mean. */
import { memo } from 'react';
import { useWords } from '../words.tsx';
import { kinds } from './kind.ts';
import { KindIcon } from './kind-icon.tsx';

export const Legend = memo(function Legend() {
  const { t } = useWords();
  return (
    <ul className="legend" aria-label={t('legend.title')}>
      {kinds.map((kind) => (
        <li key={kind}>
          <span className={`bar ${kind}`}>
            <KindIcon kind={kind} />
          </span>
          {t(`kind.${kind}`)}
        </li>
      ))}
    </ul>
  );
});
