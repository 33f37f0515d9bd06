/** The invitation as it was sent: what everybody who is invited reads, what was sent about it, and sending it again. */
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Invitation as Answer, MeetingDetail } from '../answers.ts';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { ofConference as of } from './actions.ts';
import { eachOnce } from './each-once.ts';
import { Told, useTelling } from './told.tsx';
import type { Orders } from './use-orders.ts';

/** In these there is something to tell. */
const ahead: readonly MeetingDetail['state'][] = ['planned', 'open', 'unplaced'];

export function Invitation({
  meeting,
  orders,
}: {
  readonly meeting: MeetingDetail;
  readonly orders: Orders;
}) {
  const { t } = useWords();
  const question = useQuery(questions.invitation(meeting.key));
  return (
    <section className="panel" aria-labelledby="invitation">
      <h2 id="invitation">{t('invitation.title')}</h2>
      {question.data === undefined ? <Troubled of={question} /> : <AsSent invitation={question.data} />}
      {ahead.includes(meeting.state) && (
        <div className="actions inside">
          <Button size="small" disabled={!orders.isAllowed} onClick={() => orders.begin(of.tellAgain)}>
            {t(of.tellAgain.title)}
          </Button>
        </div>
      )}
    </section>
  );
}

function AsSent({ invitation }: { readonly invitation: Answer }) {
  const { t, exactly } = useWords();
  const tell = useTelling();
  const { state, at, reason, language, text, sent } = invitation;
  return (
    <div className="invitation">
      <p>
        {t(`invitation.${state}`)}
        {at !== null && state !== 'nothing' && state !== 'not-told' && (
          <>
            {' '}
            <time dateTime={at}>{exactly(at)}</time>
          </>
        )}
      </p>
      {reason !== null && (
        <p className="reason">{state === 'not-told' ? reason : t('invitation.reason', { reason })}</p>
      )}
      {text !== null && (
        <blockquote dir="auto" lang={language ?? undefined} aria-label={t('invitation.text')}>
          {text}
        </blockquote>
      )}
      {sent.length > 0 && (
        <details>
          <summary>{t('invitation.sent', { count: sent.length })}</summary>
          <ol>
            {eachOnce(sent)
              .reverse()
              .map(({ entry, place, times }) => (
                <li key={place}>
                  <time dateTime={entry.at}>{exactly(entry.at)}</time>{' '}
                  <Told told={tell(entry)} times={times} />
                </li>
              ))}
          </ol>
        </details>
      )}
    </div>
  );
}
