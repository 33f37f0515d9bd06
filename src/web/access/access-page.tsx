/** Who may come in, where people sign in: who is signed in now, and the tokens by which scripts come. */
import { useActing } from '../me.ts';
import { useWords } from '../words.tsx';
import { ApiTokens } from './api-tokens.tsx';
import { Sessions } from './sessions.tsx';

export function AccessPage() {
  const { t } = useWords();
  const { may, isSigned } = useActing();
  return (
    <div className="page">
      <h1>{t('nav.access')}</h1>
      {!may('administrator') ? (
        <p>{t('page.administrators')}</p>
      ) : isSigned ? (
        <>
          <Sessions />
          <ApiTokens />
        </>
      ) : (
        <p>{t('access.nobody-signs-in')}</p>
      )}
    </div>
  );
}
