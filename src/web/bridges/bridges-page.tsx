/** Clusters and their call bridges: how each is, what it carries, and taking one out of service with what would come of it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Cluster } from '../answers.ts';
import { questions } from '../questions.ts';
import { clusterHref, Link } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { BridgeCard } from './bridge-card.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import { Share } from './share.tsx';

export function BridgesPage() {
  const { t } = useWords();
  const clusters = useQuery(questions.clusters);
  const callBridges = useQuery(questions.callBridges);
  const [draining, setDraining] = useState<string>();
  const drains = new Map(callBridges.data?.callBridges.map(({ address, drain }) => [address, drain]));
  return (
    <div className="page">
      <h1>{t('nav.bridges')}</h1>
      <Troubled of={clusters} />
      {clusters.data?.clusters.map((cluster) => (
        <section key={cluster.name} aria-labelledby={`cluster-${cluster.name}`} className="cluster">
          <ClusterHead cluster={cluster} />
          <div className="cards">
            {cluster.callBridges.map((one) => (
              <BridgeCard
                key={one.address}
                callBridge={one}
                drain={drains.get(one.address) ?? null}
                onDrain={() => setDraining(one.address)}
              />
            ))}
          </div>
          <Unconfigured cluster={cluster} />
        </section>
      ))}
      <DrainDialog address={draining} onLeave={() => setDraining(undefined)} />
    </div>
  );
}

function ClusterHead({ cluster }: { readonly cluster: Cluster }) {
  const { t } = useWords();
  const { name, domain, numbers, slots, bookingsThisWeek } = cluster;
  return (
    <header className="panel cluster-head">
      <h2 id={`cluster-${name}`}>
        {t('health.cluster', { name })} <small dir="ltr">{domain}</small>
      </h2>
      <dl className="figures">
        <div>
          <dt>{t('cluster.numbers')}</dt>
          <dd dir="ltr">
            {numbers.base}–{numbers.base + numbers.quantity - 1}
          </dd>
        </div>
        <div>
          <dt>{t('cluster.held')}</dt>
          <dd>
            <Share of={slots.heldNow} whole={slots.total} />
          </dd>
        </div>
        <div>
          <dt>{t('cluster.made')}</dt>
          <dd className={slots.ok ? '' : 'bad'}>
            {slots.made} / {slots.total}
          </dd>
        </div>
        <div>
          <dt>{t('cluster.reservations')}</dt>
          <dd>{slots.reservations}</dd>
        </div>
        <div>
          <dt>{t('cluster.bookings')}</dt>
          <dd>{bookingsThisWeek}</dd>
        </div>
      </dl>
      {slots.why !== null && <p className="bad inside">{slots.why}</p>}
      <p className="inside">
        <Link href={clusterHref(name)} aria-label={t('capacity.of', { name })}>
          {t('capacity.title')}
        </Link>
      </p>
    </header>
  );
}

function Unconfigured({ cluster: { members } }: { readonly cluster: Cluster }) {
  const { t } = useWords();
  const strangers = members.filter(({ role }) => role === 'not-configured');
  if (strangers.length === 0) return null;
  return (
    <p className="empty">{t('cluster.strangers', { names: strangers.map(({ name }) => name).join(', ') })}</p>
  );
}
