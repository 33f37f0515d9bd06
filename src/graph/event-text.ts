/** What people have written into an event, and what of it decides: whether it asks for a conference, whose link it carries. */
import { readBlock, withBlock } from '../invitation/block.ts';
import { type Asking, askedWhere, type EventText, type OnlineService, serviceOf } from '../meeting/asking.ts';
import { objectOf, oneOf, text, type Wire } from './wire-value.ts';

/** The text of an event without our own joining block, whose words are not the organizer's. */
export function textOf(wire: Wire): EventText {
  const locations = Array.isArray(wire.locations) ? wire.locations : [];
  return {
    title: text(wire.subject) ?? '',
    locations: [wire.location, ...locations].flatMap(
      (location) => text(objectOf(location).displayName) ?? [],
    ),
    body: plain(bodyOf(wire)),
    categories: Array.isArray(wire.categories)
      ? wire.categories.filter((name) => typeof name === 'string')
      : [],
  };
}

/** The service of its online meeting: by Graph's own field, else by a link in its location or text. */
export function onlineMeetingOf(wire: Wire): OnlineService | undefined {
  const joinUrl = text(objectOf(wire.onlineMeeting).joinUrl) ?? text(wire.onlineMeetingUrl);
  if (joinUrl !== undefined) return serviceOf(joinUrl) ?? 'other';
  const { title, locations } = textOf({ ...wire, body: undefined });
  const said = serviceOf([title, ...locations, bodyOf(wire).content].join('\n'));
  return said ?? (wire.isOnlineMeeting === true ? 'other' : undefined);
}

/** What it asks for: a conference, a policy of access by its name. */
export function askedIn(wire: Wire, { askedBy, access }: Asking): { isAsked?: true; access?: string } {
  const said = textOf(wire);
  const policy = access.find((one) => askedWhere(said, one.askedBy) !== undefined)?.name;
  return {
    ...(askedWhere(said, askedBy) === undefined ? {} : { isAsked: true as const }),
    ...(policy === undefined ? {} : { access: policy }),
  };
}

/** Whether the mailbox has emptied subject and text; in the subject's place it may have put the organizer's name. */
export function isWiped(wire: Wire): boolean {
  if (wire.isOrganizer === true) return false;
  const { title, body } = textOf(wire);
  const name = text(objectOf(objectOf(wire.organizer).emailAddress).name) ?? '';
  return body === '' && ['', name.trim()].includes(title.trim());
}

/** What the text tells people to dial, by our block in it. */
export function numberToldIn(wire: Wire): string | undefined {
  const { contentType, content } = objectOf(wire.body);
  const kind = oneOf(['html', 'text'] as const, String(contentType).toLowerCase());
  return kind === undefined || typeof content !== 'string'
    ? undefined
    : readBlock({ contentType: kind, content })?.number;
}

function bodyOf(wire: Wire): { contentType: 'html' | 'text'; content: string } {
  const { contentType, content } = objectOf(wire.body);
  const kind = oneOf(['html', 'text'] as const, String(contentType).toLowerCase());
  if (kind === undefined || typeof content !== 'string') {
    return { contentType: 'text', content: text(wire.bodyPreview) ?? '' };
  }
  return withBlock({ contentType: kind, content }, undefined);
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Good enough to look for words: elements that break lines part words, others do not. In one pass, whatever comes. */
function plain({ contentType, content }: { contentType: 'html' | 'text'; content: string }): string {
  if (contentType === 'text') return content.trim();
  const lower = content.toLowerCase();
  let said = '';
  for (let at = 0; ; ) {
    const tag = content.indexOf('<', at);
    said += content.slice(at, tag < 0 ? undefined : tag);
    if (tag < 0) break;
    const [, name = ''] = /^<\/?(!--|[a-z][a-z0-9]*)/.exec(lower.slice(tag, tag + 16)) ?? [];
    if (!inLine.has(name)) said += ' ';
    const closing = name === '!--' ? '-->' : silent.has(name) && lower[tag + 1] !== '/' ? `</${name}` : '>';
    const end = lower.indexOf(closing, tag);
    if (end < 0) break;
    at = closing.startsWith('</') ? end : end + closing.length;
  }
  return decoded(said).replace(/\s+/g, ' ').trim();
}

const silent = new Set(['style', 'script', 'head', 'title']);
const inLine = new Set([
  'a',
  'b',
  'i',
  'u',
  'em',
  'strong',
  'span',
  'font',
  'sub',
  'sup',
  'mark',
  'small',
  's',
]);

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}
