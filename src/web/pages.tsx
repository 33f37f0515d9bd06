/** Which page is at which address. Only the page of the present is loaded at once. */
import { Spinner } from '@fluentui/react-components';
import { type ComponentType, lazy, Suspense } from 'react';
import { NowPage } from './now/now-page.tsx';
import { Link, usePlace } from './router.tsx';
import { useWords } from './words.tsx';

const MeetingsPage = lazy(async () => ({
  default: (await import('./meetings/meetings-page.tsx')).MeetingsPage,
}));
const MeetingPage = lazy(async () => ({ default: (await import('./meeting/meeting-page.tsx')).MeetingPage }));

const BridgesPage = lazy(async () => ({ default: (await import('./bridges/bridges-page.tsx')).BridgesPage }));
const CapacityPage = lazy(async () => ({
  default: (await import('./bridges/capacity-page.tsx')).CapacityPage,
}));
const RoomsPage = lazy(async () => ({ default: (await import('./rooms/rooms-page.tsx')).RoomsPage }));
const RoomPage = lazy(async () => ({ default: (await import('./rooms/room-page.tsx')).RoomPage }));
const TicketsPage = lazy(async () => ({ default: (await import('./tickets/tickets-page.tsx')).TicketsPage }));
const QueuesPage = lazy(async () => ({ default: (await import('./queues/queues-page.tsx')).QueuesPage }));
const ReportsPage = lazy(async () => ({ default: (await import('./reports/reports-page.tsx')).ReportsPage }));
const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }));
const AccessPage = lazy(async () => ({ default: (await import('./access/access-page.tsx')).AccessPage }));
const DescriptionPage = lazy(async () => ({
  default: (await import('./description/description-page.tsx')).DescriptionPage,
}));

const byPath: Readonly<Record<string, ComponentType>> = {
  '/': NowPage,
  '/meetings': MeetingsPage,
  '/bridges': BridgesPage,
  '/rooms': RoomsPage,
  '/tickets': TicketsPage,
  '/queue-states': QueuesPage,
  '/reports': ReportsPage,
  '/access': AccessPage,
  '/audit': AuditPage,
  '/api-description': DescriptionPage,
};

const belowPath: readonly (readonly [start: string, page: ComponentType])[] = [
  ['/meetings/', MeetingPage],
  ['/rooms/', RoomPage],
  ['/bridges/', CapacityPage],
];

export function Pages() {
  const { path } = usePlace();
  const { t } = useWords();
  const below = belowPath.find(([start]) => path.startsWith(start));
  const Page = byPath[path] ?? below?.[1] ?? Nowhere;
  return (
    <Suspense fallback={<Spinner className="page-loading" label={t('loading')} />}>
      <Page key={path} />
    </Suspense>
  );
}

function Nowhere() {
  const { t } = useWords();
  return (
    <div className="page">
      <h1>{t('nowhere.title')}</h1>
      <p>
        <Link href="/">{t('nowhere.back')}</Link>
      </p>
    </div>
  );
}
