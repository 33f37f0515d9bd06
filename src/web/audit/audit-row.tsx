/** One entry of the audit log; a meeting that it is about is one step away. */
import type { AuditEntry } from '../answers.ts';
import { inOrderWord, orderWord } from '../meeting/order-word.ts';
import { meetingHref } from '../router.tsx';
import { RowCell, RowLink, type RowPlace, VirtualRow } from '../virtual-table.tsx';
import { useWords } from '../words.tsx';

export function AuditRow({ entry, ...row }: RowPlace & { readonly entry: AuditEntry }) {
  const { exactly, find } = useWords();
  const { at, by, what, about, said, outcome } = entry;
  const { key, ...others } = about;
  const isMeeting = key !== undefined && what.includes('/api/meetings/');
  const rest = Object.values(isMeeting ? others : about).join(' ');
  const inWords = isMeeting && typeof said.do === 'string' ? find(`do.${orderWord(said)}`) : undefined;
  const details = Object.entries(said)
    .filter(([name]) => inWords === undefined || !inOrderWord.includes(name))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
  return (
    <VirtualRow {...row} stops={isMeeting ? 2 : 1}>
      <RowCell>
        <time dateTime={at}>{exactly(at)}</time>
      </RowCell>
      <span role="gridcell" title={by}>
        <b>{by}</b>
      </span>
      <span role="gridcell" title={what}>
        {inWords ?? <code dir="ltr">{what}</code>}
      </span>
      <span role="gridcell" title={isMeeting ? key : rest}>
        {isMeeting && (
          <RowLink place={1} href={meetingHref(key)}>
            {key}
          </RowLink>
        )}{' '}
        {rest}
      </span>
      <span role="gridcell" title={details}>
        {details}
      </span>
      <span role="gridcell" className={/^[45]|refused|failed/.test(outcome) ? 'bad' : ''}>
        {find(`outcome.${outcome}`) ?? outcome}
      </span>
    </VirtualRow>
  );
}
