/** One call bridge: how it is and since when, what it carries, and what it says of itself. */
import { Button } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { CallBridge, Drain } from '../answers.ts';
import { post } from '../asking.ts';
import { Fact } from '../fact.tsx';
import { useActing } from '../me.ts';
import { nameOf } from '../now/verdict.ts';
import { Opener } from '../opener.tsx';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import { Share } from './share.tsx';

interface Props {
  readonly callBridge: CallBridge;
  readonly drain: Drain | null;
  onDrain(): void;
}

export function BridgeCard({ callBridge: one, drain, onDrain }: Props) {
  const { t, time, day, length } = useWords();
  const { may, mayNot } = useActing();
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => post(`/api/call-bridges/${encodeURIComponent(one.address)}/resume`, {}),
    onSuccess: () => {
      for (const key of ['call-bridges', 'clusters']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const title = useId();
  const mark =
    drain !== null
      ? 'out'
      : ({ up: 'well', doubtful: 'careful', down: 'wrong', unknown: 'careful' } as const)[one.state];
  return (
    <article className={`panel card ${mark}`} aria-label={nameOf(one.address)}>
      <header>
        <h3 id={title} dir="ltr">
          {nameOf(one.address)}
        </h3>
        <span className={`state ${mark}`}>
          {drain !== null ? t('bridge.drained') : t(`bridge.${one.state}`)}
        </span>
      </header>
      {one.why !== null && <p className="bad">{one.why}</p>}
      {drain !== null && (
        <p>
          {t('drain.is', {
            from: time(drain.from),
            until: drain.until === null ? t('drain.resumed') : time(drain.until),
          })}
        </p>
      )}
      <dl className="facts">
        <Fact name={t('bridge.name')}>{one.name}</Fact>
        <Fact name={t('bridge.since')}>{one.since && time(one.since)}</Fact>
        <Fact name={t('bridge.release')}>{one.softwareVersion}</Fact>
        <Fact name={t('bridge.uptime')}>
          {one.uptimeSeconds !== undefined && length(one.uptimeSeconds * 1_000)}
        </Fact>
        <Fact name={t('bridge.legs')}>
          {one.callLegsActive !== undefined &&
            `${one.callLegsActive}${one.callLegsMaxActive === undefined ? '' : ` (${t('bridge.most', { count: one.callLegsMaxActive })})`}`}
        </Fact>
        <Fact name={t('bridge.load')}>
          {one.load &&
            (one.load.limit === undefined ? (
              one.load.now
            ) : (
              <Share of={one.load.now} whole={one.load.limit} />
            ))}
        </Fact>
        <Fact name={t('bridge.rates')}>{rates(one)}</Fact>
        <Fact name={t('bridge.clock')}>
          {one.clockOffset !== undefined && length(Math.abs(one.clockOffset))}
        </Fact>
        <Fact name={t('bridge.database')}>
          {one.database &&
            (one.database.isInSync ? (
              t('bridge.in-sync')
            ) : (
              <span className="bad">{one.database.why ?? t('bridge.behind')}</span>
            ))}
        </Fact>
        <Fact name={t('bridge.certificate')}>
          {one.certificate && t('bridge.until', { until: day(one.certificate.validTo) })}
        </Fact>
        <Fact name={t('bridge.licences')}>
          {one.licenses?.map(({ feature, status }) => `${feature}: ${status}`).join(', ')}
        </Fact>
        <Fact name={t('bridge.alarms')}>
          {one.alarms &&
            (one.alarms.length === 0 ? (
              t('bridge.no-alarms')
            ) : (
              <span className="bad">
                {one.alarms.map(({ type, reason }) => [type, reason].filter(Boolean).join(': ')).join(', ')}
              </span>
            ))}
        </Fact>
        <Fact name={t('nav.tickets')}>
          {one.openTickets.length > 0 && <Link href="/tickets">{one.openTickets.length}</Link>}
        </Fact>
      </dl>
      <div className="actions">
        {drain === null ? (
          <Opener aria-describedby={title} disabled={!may('operator')} onClick={onDrain}>
            {t('drain.title')}
          </Opener>
        ) : (
          <Button
            size="small"
            aria-describedby={title}
            disabled={!may('operator') || resume.isPending}
            onClick={() => resume.mutate()}
          >
            {t('drain.resume')}
          </Button>
        )}
        {mayNot('operator') && <small>{t('order.not-allowed')}</small>}
        {resume.error !== null && (
          <span role="alert" className="bad">
            {resume.error.message}
          </span>
        )}
      </div>
    </article>
  );
}

/** Megabits a second, out and in. */
function rates(one: CallBridge): string | undefined {
  const { audioBitRateOutgoing: audioOut, videoBitRateOutgoing: videoOut } = one;
  const { audioBitRateIncoming: audioIn, videoBitRateIncoming: videoIn } = one;
  if (audioOut === undefined && videoOut === undefined) return undefined;
  const mega = (audio = 0, video = 0) => ((audio + video) / 1e6).toFixed(1);
  return `↑ ${mega(audioOut, videoOut)} ↓ ${mega(audioIn, videoIn)} Mbit/s`;
}
