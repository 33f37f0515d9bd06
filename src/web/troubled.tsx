/** What is shown in place of an answer: that it is awaited, or why it could not be had, with a way to ask again. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, Spinner } from '@fluentui/react-components';
import type { UseQueryResult } from '@tanstack/react-query';
import { Refused } from './asking.ts';
import { useWords } from './words.tsx';

/** Nothing, once there is an answer and no trouble. */
export function Troubled({ of }: { readonly of: Pick<UseQueryResult, 'isPending' | 'error' | 'refetch'> }) {
  const { t } = useWords();
  if (of.error !== null) {
    const why = of.error instanceof Refused ? of.error.message : t('trouble.nobody-answers');
    return (
      <MessageBar role="alert" intent="error" className="troubled">
        <MessageBarBody>
          {t('trouble.not-read')} {why}
        </MessageBarBody>
        <MessageBarActions>
          <Button size="small" onClick={() => void of.refetch()}>
            {t('trouble.again')}
          </Button>
        </MessageBarActions>
      </MessageBar>
    );
  }
  return of.isPending ? <Spinner size="small" className="awaited" label={t('loading')} /> : null;
}
