/** Takes a call bridge out of service, once it was seen what would become of the meetings that start there. */
import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { WhatIf } from '../answers.ts';
import { post, read } from '../asking.ts';
import { nameOf } from '../now/verdict.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';

const week = 7 * 86_400_000;

export function DrainDialog({ address, onLeave }: { readonly address: string | undefined; onLeave(): void }) {
  return (
    <Dialog open={address !== undefined} onOpenChange={(_, { open }) => open || onLeave()}>
      <DialogSurface>{address !== undefined && <Asking address={address} onLeave={onLeave} />}</DialogSurface>
    </Dialog>
  );
}

function Asking({ address, onLeave }: { readonly address: string; onLeave(): void }) {
  const { t, time } = useWords();
  const client = useQueryClient();
  const [begun] = useState(Date.now);
  const [at, setAt] = useState('');
  const [until, setUntil] = useState('');
  const [moveRunning, setMoveRunning] = useState(false);
  const [force, setForce] = useState(false);
  const path = `/api/call-bridges/${encodeURIComponent(address)}`;
  const from = Date.parse(at) || begun;
  const to = Date.parse(until) || from + week;
  const whatIf = useQuery({
    queryKey: ['what-if', address, from, to],
    queryFn: ({ signal }) =>
      read<WhatIf>(
        `${path}/what-if?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`,
        signal,
      ),
    gcTime: 0,
    retry: false,
  });
  const drain = useMutation({
    mutationFn: () =>
      post(`${path}/drain`, {
        ...(at !== '' && { at: new Date(from).toISOString() }),
        ...(until !== '' && { until: new Date(to).toISOString() }),
        ...(moveRunning && { moveRunning: new Date(from).toISOString() }),
        ...(force && { force }),
      }),
    onSuccess: () => {
      for (const key of ['call-bridges', 'clusters']) void client.invalidateQueries({ queryKey: [key] });
      onLeave();
    },
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (!drain.isPending) drain.mutate();
  };
  const effect = whatIf.data;
  return (
    <form onSubmit={give}>
      <DialogBody>
        <DialogTitle>{t('drain.of', { address: nameOf(address) })}</DialogTitle>
        <DialogContent className="form">
          <Field label={t('drain.from')} hint={t('drain.from-hint')}>
            <Input type="datetime-local" value={at} onChange={(_, { value }) => setAt(value)} />
          </Field>
          <Field label={t('drain.until')} hint={t('drain.until-hint')}>
            <Input type="datetime-local" value={until} onChange={(_, { value }) => setUntil(value)} />
          </Field>
          <Checkbox
            label={t('drain.move-running')}
            checked={moveRunning}
            onChange={(_, { checked }) => setMoveRunning(checked === true)}
          />
          <section aria-live="polite" className="what-if">
            <h3>{t('what-if.title', { from: time(from), to: time(to) })}</h3>
            <Troubled of={whatIf} />
            {effect && (
              <ul>
                <li>{t('what-if.meetings', { count: effect.meetings })}</li>
                <li>{t('what-if.same-number', { count: effect.sameNumber })}</li>
                <li>{t('what-if.new-number', { count: effect.newNumber })}</li>
                <li className={effect.nowhere > 0 ? 'bad' : ''}>
                  {t('what-if.nowhere', { count: effect.nowhere })}
                </li>
              </ul>
            )}
          </section>
          {((effect?.nowhere ?? 0) > 0 || drain.error !== null) && (
            <Checkbox
              label={t('drain.force')}
              checked={force}
              onChange={(_, { checked }) => setForce(checked === true)}
            />
          )}
          {drain.error !== null && (
            <MessageBar role="alert" intent="error">
              <MessageBarBody>{drain.error.message}</MessageBarBody>
            </MessageBar>
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onLeave}>{t('order.leave')}</Button>
          <Button type="submit" appearance="primary" className="harmful" disabledFocusable={drain.isPending}>
            {t('drain.title')}
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}
