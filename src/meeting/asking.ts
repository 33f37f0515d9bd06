/** What in an event's text asks for a conference, and whose online meeting it already carries. */

export interface AskedBy {
  /** Whole words or phrases, in title, location or text; case does not matter. */
  readonly keywords: readonly string[];
  /** Whole names of categories; case does not matter. */
  readonly categories: readonly string[];
}

/** Whether anything can ask by it. */
export function canBeAsked({ keywords, categories }: AskedBy): boolean {
  return keywords.length + categories.length > 0;
}

/** Everything that an event's text may ask for. */
export interface Asking {
  /** A conference. */
  readonly askedBy: AskedBy;
  /** A policy of access, by its name; the first that is asked for counts. */
  readonly access: readonly { readonly name: string; readonly askedBy: AskedBy }[];
}

/** What people have written, without the joining block of ours. */
export interface EventText {
  readonly title: string;
  readonly locations: readonly string[];
  /** Plain text. */
  readonly body: string;
  readonly categories: readonly string[];
}

/** Which word or category asks for a conference, and where it stands; undefined when none does. */
export function askedWhere(
  text: EventText,
  { keywords, categories }: AskedBy,
): { readonly word: string; readonly where: 'category' | 'title' | 'location' | 'text' } | undefined {
  const named = new Set(text.categories.map(folded));
  const category = categories.find((name) => named.has(folded(name)));
  if (category !== undefined) return { word: category, where: 'category' };
  for (const word of keywords) {
    if (holdsWord(text.title, word)) return { word, where: 'title' };
    if (text.locations.some((location) => holdsWord(location, word))) return { word, where: 'location' };
    if (holdsWord(text.body, word)) return { word, where: 'text' };
  }
  return undefined;
}

/** Whether the word stands there by itself: neither side of it is a letter or a digit, in any script. */
function holdsWord(text: string, word: string): boolean {
  const [hay, needle] = [folded(text), folded(word)];
  if (needle === '') return false;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const before = /[\p{L}\p{N}]$/u.test(hay.slice(Math.max(0, at - 2), at));
    const after = /^[\p{L}\p{N}]/u.test(hay.slice(at + needle.length, at + needle.length + 2));
    if (!before && !after) return true;
  }
  return false;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

export const onlineServices = ['teams', 'webex', 'zoom', 'google', 'other'] as const;
export type OnlineService = (typeof onlineServices)[number];

const hosts: readonly (readonly [suffix: string, service: OnlineService])[] = [
  ['teams.microsoft.com', 'teams'],
  ['teams.live.com', 'teams'],
  ['teams.microsoft.us', 'teams'],
  ['webex.com', 'webex'],
  ['zoom.us', 'zoom'],
  ['zoomgov.com', 'zoom'],
  ['meet.google.com', 'google'],
];

/** Whose meeting is joined by a link in the text, also where a mail filter has wrapped and percent-encoded it. */
export function serviceOf(text: string): OnlineService | undefined {
  const links = text.matchAll(/https?(?::|%3a)(?:\/\/|%2f%2f)([\p{L}\p{N}.-]+)/giu);
  for (const [, host = ''] of links) {
    const name = host.toLowerCase().replace(/\.$/, '');
    const known = hosts.find(([suffix]) => name === suffix || name.endsWith(`.${suffix}`));
    if (known !== undefined) return known[1];
  }
  return undefined;
}
