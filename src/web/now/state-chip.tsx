/** A meeting's state, by sign and word. */
import type { Meeting } from '../answers.ts';
import { useWords } from '../words.tsx';
import type { Kind } from './kind.ts';
import { KindIcon } from './kind-icon.tsx';

export function StateChip({ state, extendedUntil }: Pick<Meeting, 'state' | 'extendedUntil'>) {
  const { t } = useWords();
  const kind: Kind = state === 'open' && extendedUntil !== null ? 'extended' : state;
  return (
    <span className={`chip ${kind}`}>
      <KindIcon kind={kind} />
      {t(`kind.${kind}`)}
    </span>
  );
}
