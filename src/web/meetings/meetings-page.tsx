/** All meetings: found by what one knows of them, and read on as one scrolls. */
import { usePlace } from '../router.tsx';
import { useWords } from '../words.tsx';
import { Filters } from './filters.tsx';
import { MeetingRows } from './meeting-rows.tsx';

export function MeetingsPage() {
  const { t } = useWords();
  const { search } = usePlace();
  return (
    <div className="page fill">
      <h1>{t('nav.meetings')}</h1>
      <Filters search={search} />
      <MeetingRows search={search} />
    </div>
  );
}
