/** What all pages stand in: words, colours, the answers that are kept, the stream of changes. */
import { FluentProvider, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { Refused } from './asking.ts';
import { followChanges } from './changes.ts';
import { Pages } from './pages.tsx';
import { useSettings } from './settings.ts';
import { Shell } from './shell.tsx';
import { useWords, WordsProvider } from './words.tsx';

/** Nothing is asked for again by the clock: the stream of changes says what is stale. */
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 3 && !(error instanceof Refused && error.status < 500),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
  },
});

export function Application() {
  return (
    <QueryClientProvider client={client}>
      <WordsProvider>
        <Themed />
      </WordsProvider>
    </QueryClientProvider>
  );
}

function Themed() {
  const { direction } = useWords();
  const isDark = useIsDark();
  useEffect(() => followChanges(client), []);
  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return (
    <FluentProvider
      className={isDark ? 'app dark' : 'app'}
      theme={isDark ? webDarkTheme : webLightTheme}
      dir={direction}
    >
      <Shell>
        <Pages />
      </Shell>
    </FluentProvider>
  );
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');

function useIsDark(): boolean {
  const { theme } = useSettings();
  const system = useSyncExternalStore(
    (hear) => {
      dark.addEventListener('change', hear);
      return () => dark.removeEventListener('change', hear);
    },
    () => dark.matches,
  );
  return theme === 'system' ? system : theme === 'dark';
}
