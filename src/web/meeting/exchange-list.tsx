/** Requests of one piece of work with their answers, as they were made, without what could be a secret. */
import { Button } from '@fluentui/react-components';
import { useId } from 'react';
import type { Exchange } from '../answers.ts';
import { nameOf } from '../now/verdict.ts';
import { narrow, usePlace } from '../router.tsx';
import { useWords } from '../words.tsx';
import { Copy } from './copy.tsx';

export interface Work {
  readonly work: string;
  readonly exchanges: readonly Exchange[];
}

export function ExchangeList({ work, exchanges }: Work) {
  const { t } = useWords();
  const { search } = usePlace();
  const id = useId();
  return (
    <div className="exchanges">
      <p className="of-work">
        {t('exchanges.work')}{' '}
        <code id={id} dir="ltr">
          {work}
        </code>{' '}
        <Copy id={work} />
        {search.get('work') !== work && (
          <Button size="small" appearance="subtle" aria-describedby={id} onClick={() => narrow({ work })}>
            {t('exchanges.only')}
          </Button>
        )}
      </p>
      {exchanges.length === 0 ? (
        <p>{t('exchanges.none')}</p>
      ) : (
        <ol>
          {exchanges.map((exchange) => (
            <One key={exchange.id} exchange={exchange} />
          ))}
        </ol>
      )}
    </div>
  );
}

function One({ exchange }: { readonly exchange: Exchange }) {
  const { t, language } = useWords();
  const { at, method, path, callBridge, isIncoming, step, query, sent, answer, unnamed = 0 } = exchange;
  const whom = callBridge === undefined ? 'Microsoft Graph' : nameOf(callBridge);
  return (
    <li className={exchange.fault === undefined ? undefined : 'wrong'}>
      <p>
        <time dateTime={at}>{toTheMillisecond(at, language)}</time>{' '}
        <code dir="ltr">
          <b>{method}</b> {path}
        </code>
      </p>
      <p className="summary">
        {t(isIncoming ? 'exchanges.from' : 'exchanges.to', { whom })} · <Outcome exchange={exchange} />
        {step !== undefined && (
          <>
            {' · '}
            <code dir="ltr">{step}</code>
          </>
        )}
      </p>
      <dl>
        <Fields name={t('exchanges.sent')} fields={{ ...query, ...sent }} />
        <Fields name={t('exchanges.answer')} fields={answer ?? {}} />
        <Id name="request-id" id={exchange.requestId} />
        <Id name="client-request-id" id={exchange.clientRequestId} />
      </dl>
      {unnamed > 0 && <small>{t('exchanges.unnamed', { count: unnamed })}</small>}
    </li>
  );
}

function Outcome({ exchange: { status, took, fault, reason } }: { readonly exchange: Exchange }) {
  const words = useWords();
  const time = words.length(took);
  if (fault === undefined)
    return <span>{words.t('exchanges.answered', { status: String(status ?? '–'), time })}</span>;
  const said = words.find(`fault.${fault}`) ?? fault;
  const why = [status, reason].filter((one) => one !== undefined).join(' ');
  return (
    <b className="bad">
      {words.t('exchanges.failed', { fault: said, time })}
      {why !== '' && (
        <>
          {' '}
          <code dir="ltr">{why}</code>
        </>
      )}
    </b>
  );
}

function Fields({
  name,
  fields,
}: {
  readonly name: string;
  readonly fields: Readonly<Record<string, string | null>>;
}) {
  const { t } = useWords();
  const all = Object.entries(fields);
  if (all.length === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {all.map(([field, value]) => (
          <code dir="ltr" key={field}>
            {field}={value === null ? <i dir="auto">{t('exchanges.hidden')}</i> : value}
          </code>
        ))}
      </dd>
    </div>
  );
}

function Id({ name, id }: { readonly name: string; readonly id: string | undefined }) {
  if (id === undefined) return null;
  return (
    <div>
      <dt dir="ltr">{name}</dt>
      <dd>
        <code dir="ltr">{id}</code> <Copy id={id} />
      </dd>
    </div>
  );
}

function toTheMillisecond(at: string, language: string): string {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const format = { ...parts, fractionalSecondDigits: 3, hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(language, format).format(new Date(at));
}
