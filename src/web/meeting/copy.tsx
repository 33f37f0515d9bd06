/** A button that copies an id, and says so. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useWords } from '../words.tsx';

export function Copy({ id }: { readonly id: string }) {
  const { t } = useWords();
  const [isCopied, setIsCopied] = useState(false);
  // Browsers have a clipboard only where the page came over TLS or from this machine; the text can be chosen all the same.
  if (navigator.clipboard === undefined) return null;
  const copy = () =>
    navigator.clipboard.writeText(id).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    );
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        aria-label={t('exchanges.copy-id', { id })}
        onClick={() => void copy()}
      >
        {t('access.copy')}
      </Button>
      <small role="status">{isCopied && t('access.copied')}</small>
    </>
  );
}
