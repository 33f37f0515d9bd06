/** What opens next, and whether its look ahead has found everything as it must be. */
import { useQuery } from '@tanstack/react-query';
import type { Now } from '../answers.ts';
import { questions } from '../questions.ts';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { kindOf } from './kind.ts';
import { KindIcon } from './kind-icon.tsx';

const shown = 8;

export function NextStarts({ rooms }: { readonly rooms: Now['rooms'] }) {
  const { t, time } = useWords();
  const starts = useQuery(questions.starts);
  const found = starts.data?.starts ?? [];
  const nameOf = (mailbox: string) => rooms.find((room) => room.mailbox === mailbox)?.name ?? mailbox;
  return (
    <section className="panel" aria-labelledby="next-starts">
      <h2 id="next-starts">{t('starts.title')}</h2>
      <Troubled of={starts} />
      {starts.data && found.length === 0 && <p className="empty">{t('starts.none')}</p>}
      <ul className="lines">
        {found.slice(0, shown).map((start) => {
          const kind = kindOf(start);
          const what = start.preflight?.what;
          return (
            <li key={start.key}>
              <Link href={meetingHref(start.key)}>
                <KindIcon kind={kind} />
                <span className="grow start">
                  <span>
                    {start.title} <small>{start.rooms.map(nameOf).join(', ')}</small>
                  </span>
                  <span className="of-start">
                    <time dateTime={start.opensAt}>{time(start.opensAt)}</time>
                    <span className={`said ${kind}`}>
                      {kind === 'failing' && what ? t('starts.failing', { what }) : t(`start.${kind}`)}
                    </span>
                  </span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
