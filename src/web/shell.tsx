/** The frame of all pages: the way to each, whether what is shown is of now, and what one chooses for oneself. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Key } from './catalogue.ts';
import { useConnection } from './changes.ts';
import { Chooser } from './chooser.tsx';
import { useActing } from './me.ts';
import { questions } from './questions.ts';
import { Link, usePlace } from './router.tsx';
import { useWords } from './words.tsx';

const ways: readonly (readonly [href: string, key: Key])[] = [
  ['/', 'nav.now'],
  ['/meetings', 'nav.meetings'],
  ['/bridges', 'nav.bridges'],
  ['/rooms', 'nav.rooms'],
  ['/tickets', 'nav.tickets'],
  ['/queue-states', 'nav.queues'],
  ['/reports', 'nav.reports'],
  ['/audit', 'nav.audit'],
  ['/access', 'nav.access'],
  ['/api-description', 'nav.api'],
];

const ofAdministrators: readonly string[] = ['/audit', '/access'];

export function Shell({ children }: { readonly children: ReactNode }) {
  const { path, search } = usePlace();
  const { t } = useWords();
  const { may, isSigned } = useActing();
  const shown = ways.filter(
    ([href]) =>
      (!ofAdministrators.includes(href) || may('administrator')) && (href !== '/access' || isSigned),
  );
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  const here = ways.find(([href]) => (href === '/' ? path === '/' : path.startsWith(href)));
  useEffect(() => {
    document.title = `${here === undefined ? '' : `${t(here[1])} · `}Roombridge`;
    if (before.current !== path) main.current?.focus();
    before.current = path;
  }, [path, here, t]);
  const isWall = search.has('wall');
  return (
    <>
      {!isWall && (
        <header className="top">
          <a className="skip" href="#main">
            {t('nav.skip')}
          </a>
          <Link className="brand" href="/">
            <Mark />
            <span>Roombridge</span>
          </Link>
          <nav aria-label={t('nav.label')}>
            {shown.map(([href, key]) => (
              <Link key={href} href={href} aria-current={here?.[0] === href ? 'page' : undefined}>
                {t(key)}
                {href === '/tickets' && <OpenTickets />}
              </Link>
            ))}
          </nav>
          <ConnectionState />
          <Chooser />
        </header>
      )}
      <main id="main" ref={main} tabIndex={-1} className={isWall ? 'wall' : undefined}>
        {children}
      </main>
    </>
  );
}

function OpenTickets() {
  const { data } = useQuery(questions.now);
  const { number } = useWords();
  const open = data?.standing.tickets.open ?? 0;
  return open > 0 ? <span className="count"> {number(open)}</span> : null;
}

export function ConnectionState() {
  const connection = useConnection();
  const { t } = useWords();
  return (
    <span className={`connection ${connection}`} role="status">
      <i aria-hidden="true" />
      {t(`connection.${connection}`)}
    </span>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f6cbd" />
      <path
        d="M5 22v-3a11 11 0 0 1 22 0v3M5 22h22M11 22v-8.5M16 22V8.5M21 22v-8.5"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
