/** What came of an order, in words: of each person where it was not the same for all. */
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { Outcome } from '../answers.ts';
import { Refused } from '../asking.ts';
import { nameOf } from '../now/verdict.ts';
import { useWords } from '../words.tsx';
import type { Orders } from './use-orders.ts';

interface Props {
  readonly orders: Orders;
  /** It is said somewhere else just now. */
  readonly isQuiet?: boolean;
}

/** It stands there before there is anything to say, for else a screen reader would not read it out. */
export function OrderSaid({ orders, isQuiet = false }: Props) {
  return (
    <div role="status" className="order-said">
      {!isQuiet && <Came of={orders} />}
    </div>
  );
}

function Came({ of: { orders } }: { readonly of: Orders }) {
  const { t } = useWords();
  const { data, error, variables } = orders;
  if (error !== null) {
    return (
      <Bar intent="error" title={t('outcome.failed')}>
        {error instanceof Refused ? error.message : t('trouble.nobody-answers')}
      </Bar>
    );
  }
  if (data === undefined || variables === undefined) return null;
  const title = t(variables.asked.action.title);
  if (data.state === 'waiting')
    return (
      <Bar intent="info" title={title}>
        {t('outcome.waiting')}
      </Bar>
    );
  const intent = data.state === 'done' ? 'success' : data.state === 'partly' ? 'warning' : 'error';
  return (
    <Bar intent={intent} title={`${title}: ${t(`outcome.${data.state}`)}`}>
      <Why of={data} />
    </Bar>
  );
}

function Why({ of }: { readonly of: Outcome }) {
  const { find, t } = useWords();
  const words = ({ refusal, detail }: { refusal?: string | undefined; detail?: string | undefined }) =>
    (refusal === undefined ? undefined : find(`refusal.${refusal}`)) ?? detail;
  const singles =
    of.state === 'partly' ? (of.participants ?? []).filter(({ refusal }) => refusal !== undefined) : [];
  return (
    <>
      {of.did === undefined ? words(of) : t(`did.${of.did.what}`, wordsFor(of.did))}
      {singles.map((one) => (
        <span key={one.participant}> {words(one)}</span>
      ))}
    </>
  );
}

function wordsFor({ number = '', callBridge }: NonNullable<Outcome['did']>) {
  return { number, callBridge: callBridge === undefined ? '' : nameOf(callBridge) };
}

function Bar(props: {
  readonly intent: 'success' | 'warning' | 'error' | 'info';
  readonly title: string;
  readonly children: React.ReactNode;
}) {
  return (
    <MessageBar intent={props.intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{props.title}</MessageBarTitle> {props.children}
      </MessageBarBody>
    </MessageBar>
  );
}
