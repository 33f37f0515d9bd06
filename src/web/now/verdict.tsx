/** The verdict in words: that nothing is wrong and what comes next, or what is wrong, each as a link to where it is seen. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import { useQuery } from '@tanstack/react-query';
import type { Standing, Start } from '../answers.ts';
import { useClock } from '../clock.ts';
import { questions } from '../questions.ts';
import { Link } from '../router.tsx';
import { useWords, type Words } from '../words.tsx';
import { findingsOf } from './verdict.ts';

const mostShown = 5;

export function Verdict({ standing }: { readonly standing: Standing }) {
  const words = useWords();
  const { t } = words;
  const { data: startsAnswer } = useQuery(questions.starts);
  const now = useClock(10_000);
  const starts = startsAnswer?.starts ?? [];
  const findings = findingsOf(standing, starts);
  const [worst] = findings;
  const weight = worst?.weight ?? 'well';
  const running = t('verdict.running', { count: standing.running.count });
  const next = startsAnswer === undefined ? '' : nextOf(starts, now, words);
  const head = t(`verdict.${weight}`, { count: findings.filter((one) => one.weight === weight).length });
  return (
    <section className={`verdict ${weight}`} aria-labelledby="verdict" aria-live="polite">
      <Sign weight={weight} />
      <div>
        <h1 id="verdict">
          {head} {running} {next}
        </h1>
        {findings.length > 0 && (
          <ul>
            {findings.slice(0, mostShown).map(({ key, values, href, weight: one }) => (
              <li key={href + key + JSON.stringify(values)} className={one}>
                <Link href={href}>{t(key, values)}</Link>
              </li>
            ))}
            {findings.length > mostShown && (
              <li>
                <Link href="/tickets">{t('verdict.more', { count: findings.length - mostShown })}</Link>
              </li>
            )}
          </ul>
        )}
      </div>
    </section>
  );
}

function Sign({ weight }: { readonly weight: 'well' | 'careful' | 'wrong' }) {
  if (weight === 'well') return <CheckmarkCircleFilled fontSize={32} aria-hidden="true" />;
  if (weight === 'careful') return <WarningFilled fontSize={32} aria-hidden="true" />;
  return <ErrorCircleFilled fontSize={32} aria-hidden="true" />;
}

function nextOf(starts: readonly Start[], now: number, { t, time }: Words): string {
  const next = starts.find(({ opensAt }) => Date.parse(opensAt) > now);
  if (next === undefined) return t('verdict.no-next');
  return t(`verdict.next-${next.preflight?.state ?? 'ahead'}`, { at: time(next.opensAt) });
}
