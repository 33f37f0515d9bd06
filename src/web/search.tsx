/** A field for what one looks for. What clears it is named like it, and in the reader's language. */
import { SearchBox, type SearchBoxProps } from '@fluentui/react-components';
import { useWords } from './words.tsx';

interface Props {
  readonly label: string;
  /** The label stands beside it, and so not in it. */
  readonly isLabelled?: boolean;
  readonly value: string;
  readonly className?: string;
  onSay(value: string): void;
}

export function Search({ label, isLabelled = false, value, className, onSay }: Props) {
  const { t } = useWords();
  const names: SearchBoxProps = isLabelled ? {} : { 'aria-label': label, placeholder: label };
  return (
    <SearchBox
      size="small"
      {...names}
      {...(className !== undefined && { className })}
      value={value}
      dismiss={{ 'aria-label': `${t('filter.none')}: ${label}` }}
      onChange={(_, said) => onSay(said.value)}
    />
  );
}
