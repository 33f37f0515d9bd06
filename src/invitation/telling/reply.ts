/** The same as a comment of a room's response: short plain text, the most important first. */
import type { Speech } from '../languages/speech.ts';
import type { About, JoiningDetails, Notice, Reader } from '../notice.ts';
import { noTemplates, speechWith } from '../templates/templates.ts';
import type { Wording } from './block-text.ts';
import { inOrder, sayFact } from './facts.ts';
import { joiningView } from './view.ts';

const longest = 1000;

/** What can be done without goes first: a greater `rank`, and of equals the later. */
interface Part {
  readonly rank: number;
  readonly text: string;
}

/** At most 1000 characters: first fewer dates are listed, then whole sentences left out. */
export function replyOf(notice: Notice, about: About, reader: Reader, { templates }: Wording = {}): string {
  const speech = speechWith(templates ?? noTemplates, reader.language);
  const joining = notice.joining === undefined ? [] : joiningParts(notice.joining, speech);
  const closing = { rank: 4, text: speech.say('closing') };
  let parts: Part[] = [];
  for (const mostDates of [5, 2, 1]) {
    const telling = { notice, reader, speech, isSeries: about.isSeries, forOrganizer: true, mostDates };
    const facts = inOrder(notice.facts).flatMap((fact): Part[] => {
      const { text, dates, more, next } = sayFact(fact, telling);
      const list = [...dates.map((date) => `- ${date.text}`), ...(more === '' ? [] : [`- ${more}`])];
      return [
        { rank: 1, text: [text, ...list].join('\n') },
        ...(next === '' ? [] : [{ rank: 2, text: next }]),
      ];
    });
    parts = [...facts, ...joining, closing];
    if (written(parts).length <= longest) return written(parts);
  }
  while (written(parts).length > longest && parts.length > 1) parts.splice(leastNeeded(parts), 1);
  return written(parts);
}

function joiningParts(joining: JoiningDetails, speech: Speech): Part[] {
  const { number, address, passcode, access } = joiningView(joining, speech);
  const lines = [
    `${speech.say('joining.number')}: ${number}`,
    `${speech.say('joining.address')}: ${address}`,
    ...(passcode === '' ? [] : [`${speech.say('joining.passcode')}: ${passcode}`]),
  ];
  return [
    { rank: 0, text: lines.join('\n') },
    ...access.map((one) => ({
      rank: 3,
      text: `${speech.say('joining.access')}: ${one.number} (${one.name})`,
    })),
  ];
}

function leastNeeded(parts: readonly Part[]): number {
  const rank = Math.max(...parts.map((part) => part.rank));
  return parts.findLastIndex((part) => part.rank === rank);
}

function written(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('\n\n');
}
