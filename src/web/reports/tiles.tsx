/** The figures of all days in one look; a figure leads to the meetings behind it where they can be asked for. */
import type { Key } from '../catalogue.ts';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import { meetingsOf } from './period.ts';
import type { Sums } from './sums.ts';

interface Props {
  readonly sums: Sums;
  readonly from: string;
  readonly to: string;
}

interface Tile {
  readonly name: Key;
  readonly value: string;
  readonly more?: string;
  readonly href?: string | undefined;
}

export function Tiles({ sums, from, to }: Props) {
  const { t, number, length, language } = useWords();
  const { figures, lateness } = sums;
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const of = (count: number) => (figures.booked === 0 ? '' : share.format(count / figures.booked));
  const timeOf = (ms: number | null) => (ms === null ? '–' : length(ms));
  const count = (name: Key, value: number, more?: string, state?: string): Tile => ({
    ...{ name, value: number(value) },
    ...(more !== undefined && { more }),
    ...(state !== undefined && value > 0 && { href: meetingsOf(from, to, state === '' ? {} : { state }) }),
  });
  const extended =
    figures.extensions === 0 ? undefined : t('reports.minutes', { count: figures.extendedMinutes });
  const unusual = [
    count('reports.unplaced', figures.unplaced, undefined, 'unplaced'),
    count('reports.not-opened', figures.notOpened),
    count('reports.rehomings', figures.rehomings),
  ];
  const tiles: readonly Tile[] = [
    count('reports.booked', figures.booked, undefined, ''),
    count('reports.held', figures.held, of(figures.held)),
    count('reports.no-shows', figures.noShows, of(figures.noShows)),
    count('reports.cancelled', figures.cancelled, of(figures.cancelled), 'cancelled'),
    count('reports.extensions', figures.extensions, extended),
    { name: 'reports.median', value: timeOf(lateness.p50) },
    { name: 'reports.p99', value: timeOf(lateness.p99) },
    { name: 'reports.latest', value: timeOf(lateness.max) },
    count('reports.failovers', figures.failovers),
    count('reports.recoveries', figures.recoveries),
    ...unusual.filter(({ value }) => value !== number(0)),
  ];
  return (
    <dl className="tiles" aria-label={t('reports.sums')}>
      {tiles.map(({ name, value, more, href }) => (
        <div key={name} className="panel">
          <dt>{t(name)}</dt>
          <dd>
            {href === undefined ? value : <Link href={href}>{value}</Link>}
            {more && <small> {more}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
