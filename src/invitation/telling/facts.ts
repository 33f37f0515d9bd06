/** Each fact in sentences: what happened, the dates it concerns, and what to do next. */
import type { PluralName } from '../languages/catalogue.ts';
import type { Speech } from '../languages/speech.ts';
import type { Fact, FactKind, JoiningDetails, Notice, Occurrence, Reader } from '../notice.ts';
import { sayInstant, sayTime } from './dates.ts';
import { apart, oneLine } from './foreign.ts';

/** A fact as templates find it; lists and sentences that it lacks are empty. */
export type FactView = {
  readonly kind: FactKind;
  readonly text: string;
  readonly dates: readonly { readonly text: string }[];
  /** Empty where there are none: for what stands around a list. */
  readonly hasDates: 'yes' | '';
  /** `and 12 more`, behind the dates. */
  readonly more: string;
  readonly next: string;
};

export interface Telling {
  readonly notice: Notice;
  readonly reader: Reader;
  readonly speech: Speech;
  readonly isSeries: boolean;
  /** Everybody else is spared what to do about it; where a free time would be, they may want to know as well. */
  readonly forOrganizer: boolean;
  /** How many dates are listed; 20 unless told. */
  readonly mostDates?: number;
}

/** The most urgent first: what does not work, then what people must do otherwise, then what is well. */
const order: readonly FactKind[] = [
  'given-up',
  'ended-at-limit',
  'unused',
  'no-slot',
  'withdrawn',
  'without-conference',
  'room-declined',
  'number-changed',
  'other-numbers',
  'passcode-changed',
  'extended',
  'placed-after-all',
  'ready',
  'hosts',
];

export function inOrder(facts: readonly Fact[]): readonly Fact[] {
  return facts.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

export function sayFact(fact: Fact, telling: Telling): FactView {
  const { speech, reader, forOrganizer } = telling;
  const { kind } = fact;
  switch (kind) {
    case 'ready':
      return said(kind, speech.say(telling.isSeries ? 'ready.series' : 'ready'));
    case 'number-changed':
      return said(kind, speech.say(kind, { was: apart(oneLine(fact.was), speech.language) }));
    case 'passcode-changed':
    case 'placed-after-all':
      return said(kind, speech.say(kind));
    case 'other-numbers': {
      const view = listed(kind, fact.dates, telling, {}, (date) => otherNumber(date, telling));
      const { joining, facts } = telling.notice;
      // Where the conference is new, that sentence says it already.
      const isSaid = facts.some((other) => other.kind === 'ready');
      const needed = forOrganizer && joining !== undefined && !isSaid;
      return needed ? { ...view, next: speech.say('other-numbers.next') } : view;
    }
    case 'without-conference': {
      const view = listed(kind, fact.dates, telling, {}, (date) => {
        const time = sayTime(date, reader);
        if (date.nearest === undefined) return time;
        const nearest = sayInstant(date.nearest, reader);
        return speech.say('without-conference.date-nearest', { date: time, nearest });
      });
      return forOrganizer ? { ...view, next: speech.say('without-conference.next') } : view;
    }
    case 'no-slot': {
      const text = speech.say(kind);
      const next = forOrganizer ? speech.say('no-slot.next') : '';
      if (fact.nearest === undefined) return said(kind, text, next);
      const nearest = speech.say('no-slot.nearest', { nearest: sayInstant(fact.nearest, reader) });
      return said(kind, joined(speech, text, nearest), next);
    }
    case 'given-up':
      return said(kind, speech.say(kind), speech.say(`given-up.${fact.trying}`));
    case 'extended':
      return said(kind, speech.say(kind, { until: sayInstant(fact.until, reader) }));
    case 'ended-at-limit':
      return said(kind, speech.say(kind, { at: sayInstant(fact.at, reader) }), speech.say(`${kind}.next`));
    case 'room-declined': {
      const room = apart(oneLine(fact.room, 100), speech.language);
      const view = listed(kind, fact.dates, telling, { room }, (date) => sayTime(date, reader));
      return { ...view, next: speech.say(`${kind}.next`) };
    }
    case 'hosts': {
      const address = apart(fact.uri, speech.language);
      const { passcode } = fact;
      const text = speech.say(passcode === '' ? 'hosts.no-passcode' : 'hosts', { address, passcode });
      const dates = datesOf(fact.dates, telling, (date) => sayTime(date, reader));
      return { ...said(kind, text, speech.say('hosts.next')), ...dates };
    }
    case 'unused':
    case 'withdrawn':
      return said(kind, speech.say(kind), speech.say(`${kind}.next`));
    default:
      return fact satisfies never;
  }
}

function said(kind: FactKind, text: string, next = ''): FactView {
  return { kind, text, dates: [], hasDates: '', more: '', next };
}

function listed<Date extends Occurrence>(
  kind: PluralName & FactKind,
  dates: readonly Date[],
  telling: Telling,
  values: Readonly<Record<string, string>>,
  sayDate: (date: Date) => string,
): FactView {
  const text = telling.speech.sayCount(kind, dates.length, values);
  return { ...said(kind, text), ...datesOf(dates, telling, sayDate) };
}

function datesOf<Date extends Occurrence>(
  dates: readonly Date[],
  { speech, mostDates = 20 }: Telling,
  sayDate: (date: Date) => string,
): Pick<FactView, 'dates' | 'hasDates' | 'more'> {
  const sorted = dates.toSorted((a, b) => a.start - b.start);
  const left = sorted.length - mostDates;
  return {
    dates: sorted.slice(0, mostDates).map((date) => ({ text: sayDate(date) })),
    hasDates: sorted.length > 0 ? 'yes' : '',
    more: left > 0 ? speech.sayCount('more', left) : '',
  };
}

function otherNumber(
  occurrence: Occurrence & { readonly joining: JoiningDetails },
  { notice, reader, speech }: Telling,
): string {
  const { number, uri, passcode } = occurrence.joining;
  const date = sayTime(occurrence, reader);
  // On another cluster the number alone does not lead there.
  const elsewhere = notice.joining !== undefined && domainOf(uri) !== domainOf(notice.joining.uri);
  const values = { date, number: elsewhere ? apart(uri, speech.language) : number, passcode };
  return speech.say(passcode === '' ? 'other-numbers.date' : 'other-numbers.date-passcode', values);
}

function domainOf(uri: string): string {
  return uri.slice(uri.indexOf('@') + 1).toLowerCase();
}

/** Two sentences in a row: Japanese and Chinese put no space between. */
export function joined({ language }: Speech, ...sentences: readonly string[]): string {
  const space = /^(ja|zh)/.test(language) ? '' : ' ';
  return sentences.filter((sentence) => sentence !== '').join(space);
}
