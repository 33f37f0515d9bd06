/** A notice in the reader's words, as templates find it: which names there are, and what stands for each. */
import { directionOf } from '../languages/language.ts';
import type { Speech } from '../languages/speech.ts';
import type { About, Fact, JoiningDetails, Notice, Reader } from '../notice.ts';
import type { Data } from '../templates/template.ts';
import { sayTime } from './dates.ts';
import { type FactView, inOrder, sayFact } from './facts.ts';
import { apart, linkOf, oneLine } from './foreign.ts';

/** What an administrator adds to all texts. */
export interface Additions {
  /** What to do when joining fails, as a sentence or as the address of a page. */
  readonly help?: string;
}

/** What every template may speak of. */
function commonView(speech: Speech) {
  const { language } = speech;
  return {
    language,
    direction: directionOf(language),
    label: {
      meeting: speech.say('meeting'),
      when: speech.say('when'),
      number: speech.say('joining.number'),
      address: speech.say('joining.address'),
      passcode: speech.say('joining.passcode'),
      access: speech.say('joining.access'),
    },
  };
}

export function joiningView({ number, uri, passcode, accessNumbers }: JoiningDetails, speech: Speech) {
  return {
    heading: speech.say('joining.heading'),
    number,
    address: apart(uri, speech.language),
    addressLink: `sip:${uri}`,
    passcode,
    // Named behind their number, for a line that ended in digits alone would be taken for the passcode.
    access: accessNumbers.map((access) => {
      const shown = oneLine(access.number);
      const digits = shown.replace(/[^\d+]/g, '');
      return {
        name: apart(oneLine(access.name) || '☎', speech.language),
        number: apart(shown, speech.language),
        link: digits === '' ? '' : `tel:${digits}`,
      };
    }),
  };
}

function helpView(help: string | undefined, speech: Speech) {
  const own = oneLine(help ?? '', 500);
  const link = linkOf(own) ?? '';
  if (link !== '') return { text: speech.say('help.link'), link };
  const text = own === '' ? speech.say('help') : apart(own, speech.language);
  // `Service desk: 5555` would be taken for the passcode of a conference that has none.
  return { text: /\d\u2069?$/.test(text) ? `${text}.` : text, link: '' };
}

/** What concerns everybody who reads the invitation, without what only the organizer can do about it. */
const forEverybody: ReadonlySet<Fact['kind']> = new Set([
  'other-numbers',
  'without-conference',
  'room-declined',
  'no-slot',
]);

export function blockView(notice: Notice, reader: Reader, speech: Speech, { help }: Additions) {
  const { joining } = notice;
  const facts = inOrder(notice.facts)
    .filter(({ kind }) => forEverybody.has(kind))
    .map((fact) => sayFact(fact, { notice, reader, speech, isSeries: false, forOrganizer: false }));
  return {
    ...commonView(speech),
    ...(joining === undefined ? {} : { joining: joiningView(joining, speech), help: helpView(help, speech) }),
    facts,
  };
}

export function mailView(notice: Notice, about: About, reader: Reader, speech: Speech, { help }: Additions) {
  const common = commonView(speech);
  const { language } = speech;
  const ordered = inOrder(notice.facts);
  const facts: FactView[] = ordered.map((fact) =>
    sayFact(fact, { notice, reader, speech, isSeries: about.isSeries, forOrganizer: true }),
  );
  const [main] = ordered;
  const headline = main === undefined ? speech.say('joining.heading') : speech.say(`${main.kind}.headline`);
  // Whatever was handed over: of a private meeting, neither title nor organizer is named.
  const title = (about.isPrivate ? '' : oneLine(about.title)) || speech.say('title.neutral');
  const organizer = about.isPrivate ? '' : oneLine(about.organizer, 100);
  const when = sayTime(about, reader);
  return {
    ...common,
    label: { ...common.label, rooms: speech.say(about.rooms.length === 1 ? 'room' : 'rooms') },
    subject: speech.say('subject', { headline, title: apart(oneLine(title, 120), language) }),
    headline,
    title: apart(title, language),
    organizer: apart(organizer, language),
    greeting:
      organizer === ''
        ? speech.say('greeting.unnamed')
        : speech.say('greeting', { organizer: apart(organizer, language) }),
    when: about.isSeries ? speech.say('when.series', { when }) : when,
    rooms: new Intl.ListFormat(language).format(
      about.rooms.map((room) => apart(oneLine(room, 100), language)),
    ),
    facts,
    ...(notice.joining === undefined
      ? {}
      : { joining: joiningView(notice.joining, speech), help: helpView(help, speech) }),
    closing: speech.say('closing'),
  } satisfies Data;
}
