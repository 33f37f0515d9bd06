/** Which page is at which address. Only the page of the present is loaded at once. */
import { Spinner } from '@fluentui/react-components';
import { type ComponentType, Suspense } from 'react';
import { NowPage } from './now/now-page.tsx';
import { Link, usePlace } from './router.tsx';
import { useWords } from './words.tsx';

const byPath: Readonly<Record<string, ComponentType>> = {
  '/': NowPage,
};

export function Pages() {
  const { path } = usePlace();
  const { t } = useWords();
  const Page = byPath[path] ?? Nowhere;
  return (
    <Suspense fallback={<Spinner className="page-loading" label={t('loading')} />}>
      <Page />
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
