/** How everything is that starts depend on, line by line, and how late conferences were opened. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle';
import { PauseCircleFilled } from '@fluentui/react-icons/svg/pause-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { Standing } from '../answers.ts';
import { Fact } from '../fact.tsx';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import { nameOf } from './verdict.ts';

type Mark = 'well' | 'careful' | 'wrong' | 'out';
const icons = {
  well: CheckmarkCircleFilled,
  careful: WarningFilled,
  wrong: ErrorCircleFilled,
  out: PauseCircleFilled,
} as const satisfies Record<Mark, unknown>;

export function Health({ standing }: { readonly standing: Standing }) {
  const { t, length } = useWords();
  const { push, redis, token, clusters, starts } = standing;
  return (
    <section className="panel" aria-labelledby="health">
      <h2 id="health">{t('health.title')}</h2>
      <ul className="lines">
        <Item mark={push.ok ? 'well' : 'careful'} href="/rooms" name={t('health.push')}>
          {t('health.rooms', { subscribed: push.subscribed, rooms: push.rooms })}
        </Item>
        <Item mark={token.ok ? 'well' : 'wrong'} href="/rooms" name={t('health.token')}>
          {token.why ?? t('state.well')}
        </Item>
        <Item mark={redis.ok ? 'well' : 'wrong'} href="/queue-states" name="Redis">
          {redis.why ?? t('state.well')}
        </Item>
        {clusters.map(({ name, slots, callBridges }) => (
          <li key={name} className="group">
            <span className="cluster-name">{t('health.cluster', { name })}</span>
            <ul className="lines">
              <Item mark={slots.ok ? 'well' : 'wrong'} href="/bridges" name={t('health.slots')}>
                {slots.why ?? t('state.well')}
              </Item>
              {callBridges.map((one) => (
                <Item
                  key={one.address}
                  mark={
                    one.drained
                      ? 'out'
                      : ({ up: 'well', doubtful: 'careful', down: 'wrong', unknown: 'careful' } as const)[
                          one.state
                        ]
                  }
                  href="/bridges"
                  name={nameOf(one.address)}
                >
                  {one.drained ? t('bridge.drained') : t(`bridge.${one.state}`)}
                  {one.callLegs !== null && ` · ${t('health.legs', { count: one.callLegs })}`}
                </Item>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <h3>{t('lateness.title')}</h3>
      <dl className="figures">
        <Fact name={t('lateness.opened')}>{String(starts.opened)}</Fact>
        <Fact name={t('lateness.median')}>{starts.p50 === null ? '–' : length(starts.p50)}</Fact>
        <Fact name={t('lateness.p99')}>{starts.p99 === null ? '–' : length(starts.p99)}</Fact>
        <Fact name={t('lateness.max')}>{starts.max === null ? '–' : length(starts.max)}</Fact>
      </dl>
    </section>
  );
}

function Item(props: {
  readonly mark: Mark;
  readonly href: string;
  readonly name: string;
  readonly children: React.ReactNode;
}) {
  const { mark, href, name, children } = props;
  const { t } = useWords();
  const Icon = icons[mark];
  return (
    <li>
      <Link href={href}>
        <span className={`mark ${mark}`}>
          <Icon fontSize={18} role="img" aria-label={t(`mark.${mark}`)} />
        </span>
        <span className="grow">{name}</span>
        <span className="said">{children}</span>
      </Link>
    </li>
  );
}
