/** Why an entry is a meeting or not, step by step; Microsoft 365 is asked for it, and may not answer. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, Spinner } from '@fluentui/react-components';
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { DismissCircleFilled } from '@fluentui/react-icons/svg/dismiss-circle';
import { useQuery } from '@tanstack/react-query';
import type { Explanation } from '../answers.ts';
import { Refused } from '../asking.ts';
import type { Key } from '../catalogue.ts';
import { questions } from '../questions.ts';
import { Link, meetingHref } from '../router.tsx';
import { useWords } from '../words.tsx';

type Step = Explanation['steps'][number];

const parts = ['entry', 'rules', 'bookings', 'slot', 'access', 'organizer'] as const;

export function ExplainedEntry({ mailbox, event }: { readonly mailbox: string; readonly event: string }) {
  const { t } = useWords();
  const question = useQuery(questions.explanation(mailbox, event));
  const { data: found, error } = question;
  if (error !== null)
    return (
      <MessageBar intent="error" layout="multiline" className="explained">
        <MessageBarBody>
          <b>{t(whyNot(error))}</b> {error instanceof Refused && error.message}
        </MessageBarBody>
        <MessageBarActions>
          <Button size="small" onClick={() => void question.refetch()}>
            {t('trouble.again')}
          </Button>
        </MessageBarActions>
      </MessageBar>
    );
  if (found === undefined) return <Spinner size="small" className="awaited" label={t('loading')} />;
  const { isBooking, reason, steps } = found;
  const ReasonIcon = isBooking ? CheckmarkCircleFilled : DismissCircleFilled;
  return (
    <div className="explained">
      <p role="status" className={isBooking ? 'verdict-of-entry well' : 'verdict-of-entry wrong'}>
        <ReasonIcon fontSize={20} aria-hidden="true" />
        <b>
          {isBooking
            ? t('explain.gets')
            : reason === null
              ? t('explain.no-booking')
              : t('explain.gets-none', { reason: t(`reason.${reason}`) })}
        </b>
      </p>
      {parts.map((part) => (
        <section key={part} aria-label={t(`explain.part-${part}`)}>
          <h4>{t(`explain.part-${part}`)}</h4>
          <ol>
            {steps
              .filter((one) => one.part === part)
              .map((one) => (
                <li key={one.text}>
                  <Said step={one} />
                </li>
              ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function Said({ step }: { readonly step: Step }) {
  const { t, find, time, clock, day } = useWords();
  const { says, passes, text } = step;
  const { start, end, key, because, uid } = step.values;
  const values = { ...step.values };
  if (typeof start === 'string' && typeof end === 'string') {
    values.start = time(start);
    values.end = day(start) === day(end) ? clock(end) : time(end);
  }
  if (says === 'uid') return <code dir="ltr">iCalUId {uid}</code>;
  if (says === 'booking')
    return (
      <Link href={meetingHref(String(key))}>
        {values.start} – {values.end}
      </Link>
    );
  if (passes !== null) {
    const Icon = passes ? CheckmarkCircleFilled : DismissCircleFilled;
    return (
      <span className={passes ? 'passed' : 'not-passed'}>
        <span className={passes ? 'mark well' : 'mark wrong'}>
          <Icon fontSize={16} role="img" aria-label={t(passes ? 'explain.yes' : 'explain.no')} />
        </span>{' '}
        {find(`explain.${says}.${passes ? 'passes' : 'refuses'}`) ?? text}
      </span>
    );
  }
  return (
    <>
      {find(`explain.${says}`, values) ?? text}
      {because !== undefined && ` ${find(`explain.because-${because}`) ?? ''}`}
    </>
  );
}

function whyNot(error: Error): Key {
  if (!(error instanceof Refused)) return 'trouble.nobody-answers';
  const said: Readonly<Record<number, Key>> = {
    404: 'explain.gone',
    502: 'explain.not-allowed',
    503: 'explain.later',
    504: 'explain.silent',
  };
  return said[error.status] ?? 'trouble.not-read';
}
