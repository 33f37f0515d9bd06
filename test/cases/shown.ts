/** What came of a case, in the words of its `expected.yaml`: meetings, slots, and what people were told. */
import { blockText } from '../../src/invitation/block.ts';
import { addressOf, type CaseFile } from './case-file.ts';
import type { Item } from './items.ts';
import type { ScriptedGraph } from './scripted-graph.ts';
import type { Stage } from './stage.ts';

export interface Shown {
  /** Meeting -> when, number, state, rooms, title and organizer, in one line. */
  readonly meetings: Readonly<Record<string, string>>;
  /** Number -> the intervals for which it is held. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** Person -> event -> what our block in its body says; with the mails and answers. */
  readonly told: Readonly<Record<string, unknown>>;
  /** Meeting -> the words of its timeline. */
  readonly timeline: Readonly<Record<string, string>>;
  /** Room -> what its last audit has found, by kind. */
  readonly audit: Readonly<Record<string, object>>;
  /** How many requests of each kind Graph was asked. */
  readonly requests: Readonly<Record<string, number>>;
}

export async function shown(theCase: CaseFile, stage: Stage, graph: ScriptedGraph): Promise<Shown> {
  const named = namer(theCase);
  const meetings = (await stage.everyMeeting()).map(({ meeting, view, fate }) => {
    const state = [view.state, fate].filter((word) => word !== '').join(', ');
    const hasSlot = view.state !== 'cancelled' && view.number !== null;
    const rooms = view.rooms.map((room) => room.replace('@example.com', '')).join(' + ');
    const parts = [
      span(Date.parse(view.start), Date.parse(view.end)),
      hasSlot ? view.number : 'no number',
      state,
    ];
    const line = [...parts, rooms, view.title, view.organizer ?? 'nobody'].join(' | ');
    return [named(meeting.key), line] as const;
  });
  const slots: Record<string, string[]> = {};
  const reservations = await stage.reservations();
  for (const { number, key, from, to } of reservations.sort((a, b) => a.from - b.from)) {
    slots[number] = [...(slots[number] ?? []), `${span(from, to)} ${named(key)}`];
  }
  return {
    meetings: Object.fromEntries(meetings.sort(([a], [b]) => a.localeCompare(b))),
    slots: Object.fromEntries(Object.entries(slots).sort(([a], [b]) => a.localeCompare(b))),
    told: told(theCase, graph),
    timeline: await timelines(stage, named),
    audit: await stage.differences(),
    requests: Object.fromEntries([...graph.requests].sort(([a], [b]) => a.localeCompare(b))),
  };
}

async function timelines(stage: Stage, named: (key: string) => string): Promise<Record<string, string>> {
  const lines: Record<string, string> = {};
  for (const { meeting } of await stage.everyMeeting()) {
    const entries = await stage.worker.meetings.timeline(meeting.key);
    lines[named(meeting.key)] = entries.map(({ what }) => what).join(', ');
  }
  return lines;
}

function told(theCase: CaseFile, graph: ScriptedGraph): Record<string, unknown> {
  const people = Object.entries(theCase.people ?? {}).map(([name, person]) => {
    const address = addressOf(name);
    const events = graph.eventsOf(address).filter((item) => item.type !== 'occurrence');
    const bodies = events.map((item) => [labelOf(theCase, item), saidIn(item)] as const);
    const mails = graph.mails.filter(({ to }) => to === address).map(({ text }) => said(text));
    return [
      address,
      {
        ...(person.outside ? {} : Object.fromEntries(bodies)),
        ...(mails.length === 0 ? {} : { mails }),
      },
    ] as const;
  });
  const answers = graph.answers.map(({ room, event, response, comment }) => {
    const name = Object.entries(theCase.names).find(([, uid]) => uid === event)?.[0] ?? event;
    return `${room.replace('@example.com', '')} ${response}s ${name}: ${said(comment)}`;
  });
  const written = graph.requests.get('write') ?? 0;
  return { ...Object.fromEntries(people), ...(answers.length === 0 ? {} : { answers }), writes: written };
}

function labelOf({ names }: CaseFile, item: Item): string {
  const uid = String(item.iCalUId);
  // An exception's own iCalUId has the day in the bytes that are empty in its series'.
  const series = `${uid.slice(0, 32)}00000000${uid.slice(40)}`;
  const [name] = Object.entries(names).find(([, known]) => known === uid || known === series) ?? [uid];
  const original = item.type === 'exception' ? `@${String(item.originalStart).slice(0, 16)}Z` : '';
  return `${name}${original}`;
}

function saidIn({ body }: Item): string {
  const { contentType, content } = body as { contentType: 'html' | 'text'; content: string };
  const block = blockText({ contentType, content });
  return block === undefined ? 'nothing' : said(block);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(${months.join('|')})[a-z]*`;

/** Numbers to dial and days, which no other wording changes: `80991000, 15 Jan`. */
export function said(text: string): string {
  const plain = text.replaceAll(/<style[\s\S]*?<\/style>/g, ' ').replaceAll(/<[^>]*>/g, ' ');
  const numbers = plain.match(/\b80991\d{3}\b/g) ?? [];
  const dayFirst = [...plain.matchAll(new RegExp(`\\b(\\d{1,2})\\s${month}`, 'g'))].map(
    ([, day, name]) => `${day} ${name}`,
  );
  const monthFirst = [...plain.matchAll(new RegExp(`\\b${month}\\s(\\d{1,2})\\b(?!:)`, 'g'))].map(
    ([, name, day]) => `${day} ${name}`,
  );
  const days = [...new Set([...dayFirst, ...monthFirst])].sort((a, b) => order(a) - order(b));
  const facts = [...new Set(numbers)].concat(days);
  return facts.length === 0 ? 'words' : facts.join(', ');
}

function order(day: string): number {
  const [number = '0', name = ''] = day.split(' ');
  return months.indexOf(name) * 100 + Number(number);
}

function namer({ names }: CaseFile): (key: string) => string {
  const byUid = new Map(Object.entries(names).map(([name, uid]) => [uid, name]));
  return (key) => {
    const [uid = '', originalStart] = key.split('@');
    const name = byUid.get(uid) ?? uid;
    return originalStart === undefined ? name : `${name}@${originalStart.slice(0, 16)}Z`;
  };
}

/** `2035-01-08 10:00-11:00`, in UTC; with the second day where it is another. */
function span(from: number, to: number): string {
  const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const until =
    start.slice(0, 10) === end.slice(0, 10) ? end.slice(11, 16) : `${end.slice(0, 10)} ${end.slice(11, 16)}`;
  return `${start.slice(0, 10)} ${start.slice(11, 16)}-${until}`;
}
