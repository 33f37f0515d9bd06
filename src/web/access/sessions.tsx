/** Who is signed in; somebody, or everybody, is signed out once it was asked. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../asking.ts';
import { AskingTwice } from '../asking-twice.tsx';
import { Opener } from '../opener.tsx';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { Table } from './table.tsx';

export function Sessions() {
  const { t, time } = useWords();
  const client = useQueryClient();
  const sessions = useQuery(questions.sessions);
  /** Empty for everybody. */
  const [asked, setAsked] = useState<string>();
  const end = useMutation({
    mutationFn: (name: string) => post('/api/sessions/end', name === '' ? {} : { name }),
    // Whoever has signed themselves out is led to the sign-in.
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const signOut = (name: string) => t('access.sign-out-of', { name });
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">{t('access.signed-in')}</h2>
      <Troubled of={sessions} />
      <p role="status" className="bad">
        {end.error?.message}
      </p>
      {sessions.data && (
        <Table
          name={t('access.signed-in')}
          columns={[
            t('access.name'),
            t('access.role'),
            t('access.how'),
            t('access.since'),
            t('access.last-used'),
          ]}
          rows={sessions.data.sessions.map(({ name, role, how, since, lastUsed }) => ({
            id: `${name} ${since} ${how}`,
            cells: [name, t(`role.${role}`), t(`access.how-${how}`), time(since), time(lastUsed)],
            act: (
              <Opener className="harmful" aria-label={signOut(name)} onClick={() => setAsked(name)}>
                {t('settings.sign-out')}
              </Opener>
            ),
          }))}
        />
      )}
      <div className="actions">
        <Opener className="harmful" onClick={() => setAsked('')}>
          {t('access.sign-out-all')}
        </Opener>
      </div>
      <AskingTwice
        of={
          asked === undefined
            ? undefined
            : {
                title: asked === '' ? t('access.sign-out-all') : signOut(asked),
                harm:
                  asked === '' ? t('access.ask-sign-out-all') : t('access.ask-sign-out-of', { name: asked }),
                mean: () => end.mutate(asked),
              }
        }
        onLeave={() => setAsked(undefined)}
      />
    </section>
  );
}
