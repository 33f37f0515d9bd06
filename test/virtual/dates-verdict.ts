/** Whether the body of a series names the dates that differ from it, and no others: by another number, or by none. */
import { blockText, readBlock } from '../../src/invitation/block.ts';
import type { Occurrence } from '../../src/invitation/notice.ts';
import { sayTime } from '../../src/invitation/telling/dates.ts';
import { type Item, spanOf } from '../simulators/graph/item.ts';
import { datesIn } from './model.ts';
import { numbersIn } from './numbers.ts';
import type { Told } from './told-verdict.ts';
import type { Virtual } from './virtual.ts';

/** So many dates of a kind are named, the others are counted. */
const mostNamed = 20;

/** `items`: the organizer's whole calendar. */
export function datesDifferences(
  virtual: Virtual,
  { item, name, meetings }: Told,
  items: readonly Item[],
): string[] {
  const text = blockText(item.body);
  const ahead = meetings.filter(({ booked }) => booked !== undefined);
  if (text === undefined || ahead.length === 0) return [];
  const reader = {
    language: 'en' as const,
    timeZone: virtual.graph.settings(item.organizer.address).timeZone,
  };
  const say = (date: Occurrence) => sayTime(date, reader);
  const usual = readBlock(item.body)?.number;
  const lines = text.split('\n').map((line) => line.replace(/^[\s•·*-]+/, '').trim());
  const numbered = lines.filter((line) => /: number \d+/.test(line));
  const other = ahead
    .filter(({ placement }) => placement !== undefined && placement.number !== usual)
    .map(({ last, placement }) => `${say(last)}: number ${placement?.number}`);
  const wrong: string[] = [];
  const now = virtual.now();
  const past = datesIn(item, items, item.start, now)
    .filter((date) => spanOf(date).to <= now)
    .map((date) => say(timesOf(date)));
  const isPast = (line: string) => past.some((date) => speaksOf(line, date));
  if (usual !== undefined) {
    for (const line of other.slice(0, mostNamed))
      if (!numbered.some((one) => one.startsWith(line))) wrong.push(`${name} does not name ${line}`);
    for (const line of numbered)
      if (!other.some((one) => line.startsWith(one)) && !isPast(line))
        wrong.push(`${name} names ${line}, which is not so`);
    const without = ahead.filter(({ placement }) => placement === undefined).map(({ last }) => say(last));
    const named = namedWithout(lines);
    for (const date of without.slice(0, mostNamed))
      if (!named.some((line) => speaksOf(line, date)))
        wrong.push(`${name} does not say that ${date} has none`);
    const none = [...without, ...declinedDates(virtual, item).map(say)];
    for (const line of named)
      if (!none.some((date) => speaksOf(line, date)) && !isPast(line))
        wrong.push(`${name} says that ${line} has none, which is not so`);
  } else if (numbersIn(text).length === 0 && !/no number is free/.test(text))
    wrong.push(`${name} says neither a number nor that there is none: ${text}`);
  return wrong;
}

function timesOf(item: Item): Occurrence {
  return { start: spanOf(item).from, end: spanOf(item).to, isAllDay: item.isAllDay };
}

/** Dates of a series that stand in rooms' calendars as declined. */
function declinedDates(virtual: Virtual, { iCalUId }: Item): Occurrence[] {
  return virtual.config.rooms.flatMap(({ mailbox }) => {
    const items = virtual.outlook.roomCopies(mailbox);
    const master = items.find((item) => item.type === 'seriesMaster' && item.iCalUId === iCalUId);
    return items
      .filter(({ seriesMasterId, response }) => {
        return master !== undefined && seriesMasterId === master.id && response.response === 'declined';
      })
      .map(timesOf);
  });
}

/** The time of one date may begin as that of another does: an all-day one is its day alone. */
function speaksOf(line: string, date: string): boolean {
  return line === date || line.startsWith(`${date} (`) || line.startsWith(`${date}: number`);
}

/** The dates under the sentence that says which have no video conference. */
function namedWithout(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => /dates? ha(s|ve) no video conference:$/.test(line));
  if (first === -1) return [];
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => /:$|^Join this|: number \d/.test(line));
  return rest.slice(0, end === -1 ? rest.length : end).filter((line) => /\d{4}/.test(line));
}
