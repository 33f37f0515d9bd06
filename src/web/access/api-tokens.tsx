/** The tokens of scripts: which there are, one more, one less. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiToken } from '../answers.ts';
import { remove } from '../asking.ts';
import { AskingTwice } from '../asking-twice.tsx';
import { Opener } from '../opener.tsx';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { NewToken } from './new-token.tsx';
import { Table } from './table.tsx';

export function ApiTokens() {
  const { t, time, day } = useWords();
  const client = useQueryClient();
  const tokens = useQuery(questions.apiTokens);
  const [asked, setAsked] = useState<ApiToken>();
  const end = useMutation({
    mutationFn: (id: string) => remove(`/api/tokens/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['api-tokens'] }),
  });
  const found = tokens.data?.tokens ?? [];
  return (
    <section className="panel" aria-labelledby="api-tokens">
      <h2 id="api-tokens">{t('access.tokens')}</h2>
      <Troubled of={tokens} />
      <p role="status" className="bad">
        {end.error?.message}
      </p>
      {tokens.data && found.length === 0 && <p className="empty">{t('access.no-tokens')}</p>}
      {found.length > 0 && (
        <Table
          name={t('access.tokens')}
          columns={[
            ...[t('access.token-for'), t('access.role'), t('access.made-by')],
            ...[t('access.ends'), t('access.last-used')],
          ]}
          rows={found.map((token) => ({
            id: token.id,
            cells: [
              ...[token.name, t(`role.${token.role}`), token.by, day(token.ends)],
              token.lastUsed === null ? t('access.never') : time(token.lastUsed),
            ],
            act: (
              <Opener
                className="harmful"
                aria-label={t('access.end-of', { name: token.name })}
                onClick={() => setAsked(token)}
              >
                {t('access.end')}
              </Opener>
            ),
          }))}
        />
      )}
      <NewToken />
      <AskingTwice
        of={
          asked && {
            title: t('access.end-of', { name: asked.name }),
            harm: t('access.ask-end', { name: asked.name }),
            mean: () => end.mutate(asked.id),
          }
        }
        onLeave={() => setAsked(undefined)}
      />
    </section>
  );
}
