/** One ticket: what is so, since when, what to do about it, and a note of whoever has seen it. */
import { Button, Field, Input } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Ticket } from '../answers.ts';
import { post } from '../asking.ts';
import { useActing } from '../me.ts';
import { Link, meetingHref } from '../router.tsx';
import { choose, useSettings } from '../settings.ts';
import { useWords } from '../words.tsx';
import { SeverityMark } from './severity-mark.tsx';

export function TicketCard({ ticket }: { readonly ticket: Ticket }) {
  const { t, exactly } = useWords();
  const [isAsking, setIsAsking] = useState(false);
  const name = useId();
  const card = useRef<HTMLLIElement>(null);
  const wasAsking = useRef(false);
  useEffect(() => {
    // The button was away meanwhile, and the focus with it.
    if (wasAsking.current && !isAsking) card.current?.querySelector<HTMLElement>(':scope > button')?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  const { may } = useActing();
  const { id, code, severity, title, about, detail, remedy, state, since, lastSeen, closedAt, acknowledged } =
    ticket;
  const meeting = /^meeting (.+)$/.exec(about)?.[1];
  return (
    <li ref={card} id={id} className={`panel ticket ${severity} ${state}`}>
      <SeverityMark severity={severity} />
      <div className="grow">
        <h2 id={name}>
          {title} <code>{code}</code>
        </h2>
        <p>
          {meeting === undefined ? (
            about
          ) : (
            <Link href={meetingHref(meeting)}>{t('tickets.the-meeting')}</Link>
          )}
          : {detail}
        </p>
        {state === 'open' && <p className="remedy">{remedy}</p>}
        <p className="summary">
          {t('tickets.since', { since: exactly(since) })} ·{' '}
          {t('tickets.last-seen', { at: exactly(lastSeen) })}
          {closedAt !== null && ` · ${t('tickets.closed-at', { at: exactly(closedAt) })}`}
        </p>
        {acknowledged !== null && (
          <p className="note">
            {t('tickets.acknowledged', { by: acknowledged.by, at: exactly(acknowledged.at) })} “
            {acknowledged.note}”
          </p>
        )}
        {isAsking && <Note id={id} onDone={() => setIsAsking(false)} />}
      </div>
      {state === 'open' && !isAsking && (
        <Button
          size="small"
          aria-describedby={name}
          disabled={!may('operator')}
          onClick={() => setIsAsking(true)}
        >
          {acknowledged === null ? t('tickets.acknowledge') : t('tickets.another-note')}
        </Button>
      )}
    </li>
  );
}

function Note({ id, onDone }: { readonly id: string; onDone(): void }) {
  const { t } = useWords();
  const acting = useActing();
  const { name } = useSettings();
  const [mustSayName] = useState(acting.isNameless);
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const leaveByKey = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') onDone();
  };
  const said = useMutation({
    mutationFn: () => post(`/api/tickets/${encodeURIComponent(id)}/acknowledge`, { ...acting.by, note }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['tickets'] });
      onDone();
    },
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (!said.isPending) said.mutate();
  };
  return (
    <form ref={form} className="form note-form" onSubmit={give} onKeyDown={leaveByKey}>
      <Field label={t('tickets.note')} required validationMessage={said.error?.message ?? null}>
        <Input value={note} required maxLength={1_000} onChange={(_, { value }) => setNote(value)} />
      </Field>
      {mustSayName && (
        <Field label={t('settings.name')} required>
          <Input value={name} required maxLength={100} onChange={(_, { value }) => choose({ name: value })} />
        </Field>
      )}
      <div className="actions">
        <Button type="submit" size="small" appearance="primary" disabledFocusable={said.isPending}>
          {t('tickets.acknowledge')}
        </Button>
        <Button size="small" onClick={onDone}>
          {t('order.leave')}
        </Button>
      </div>
    </form>
  );
}
