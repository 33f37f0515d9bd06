/** One entry of the audit log; a meeting that it is about is one step away. */
import type { AuditEntry } from '../answers.ts';
import { Link, meetingHref } from '../router.tsx';
import { useWords } from '../words.tsx';

interface Props {
  readonly entry: AuditEntry;
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export function AuditRow({ entry, index, top, height }: Props) {
  const { exactly, find } = useWords();
  const { at, by, what, about, said, outcome } = entry;
  const { key, ...others } = about;
  const isMeeting = key !== undefined && what.includes('/api/meetings/');
  const rest = Object.values(isMeeting ? others : about).join(' ');
  const { do: word, ...more } = said;
  const inWords = isMeeting && typeof word === 'string' ? find(`do.${word}`) : undefined;
  const details = Object.entries(inWords === undefined ? said : more)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="list-row"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span role="cell">
        <time dateTime={at}>{exactly(at)}</time>
      </span>
      <span role="cell" title={by}>
        <b>{by}</b>
      </span>
      <span role="cell" title={what}>
        {inWords ?? <code dir="ltr">{what}</code>}
      </span>
      <span role="cell" title={isMeeting ? key : rest}>
        {isMeeting && <Link href={meetingHref(key)}>{key}</Link>} {rest}
      </span>
      <span role="cell" title={details}>
        {details}
      </span>
      <span role="cell" className={/^[45]|refused|failed/.test(outcome) ? 'bad' : ''}>
        {find(`outcome.${outcome}`) ?? outcome}
      </span>
    </div>
  );
}
