/** Makes a token. It is shown once, here, and kept nowhere: neither by the browser nor among the answers. */
import { Button, Field, Input, MessageBar, MessageBarBody, Select } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { MadeApiToken } from '../answers.ts';
import { post } from '../asking.ts';
import { roles } from '../me.ts';
import { useWords } from '../words.tsx';

const quarter = 90 * 86_400_000;

/** A day as fields of a form have it. */
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function NewToken() {
  const { t } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const [ends, setEnds] = useState(() => dayOf(Date.now() + quarter));
  const make = useMutation({
    mutationFn: () =>
      post<MadeApiToken>('/api/tokens', { name: name.trim(), role, ends: `${ends}T00:00:00Z` }),
    onSuccess: () => {
      setName('');
      void client.invalidateQueries({ queryKey: ['api-tokens'] });
    },
    gcTime: 0,
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  return (
    <>
      <form onSubmit={give} className="new-token">
        <Field label={t('access.token-for')} required>
          <Input value={name} maxLength={60} required onChange={(_, said) => setName(said.value)} />
        </Field>
        <Field label={t('access.role')}>
          <Select value={role} onChange={(_, said) => setRole(said.value)}>
            {roles.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('access.ends')} required>
          <Input type="date" value={ends} required onChange={(_, said) => setEnds(said.value)} />
        </Field>
        <Button type="submit" appearance="primary" disabledFocusable={make.isPending}>
          {t('access.make')}
        </Button>
      </form>
      {make.error && (
        <MessageBar role="alert" intent="error">
          <MessageBarBody>{make.error.message}</MessageBarBody>
        </MessageBar>
      )}
      {make.data && <Shown key={make.data.id} token={make.data.token} />}
    </>
  );
}

function Shown({ token }: { readonly token: string }) {
  const { t } = useWords();
  const [isCopied, setIsCopied] = useState(false);
  // Browsers have a clipboard only where the page came over TLS; the text can be chosen all the same.
  const copy = () =>
    navigator.clipboard?.writeText(token).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    );
  return (
    <div className="shown-once" role="status">
      <p>{t('access.shown-once')}</p>
      <code dir="ltr">{token}</code>{' '}
      <Button size="small" onClick={() => void copy()}>
        {t(isCopied ? 'access.copied' : 'access.copy')}
      </Button>
    </div>
  );
}
