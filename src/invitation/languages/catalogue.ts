/** The names of all sentences with the values each may speak of, so that a language that lacks one does not compile. */

/** What a sentence is called in a catalogue and in an administrator's `sentences.<language>.json`, with its values. */
export const singularSentences = {
  'title.neutral': [],
  greeting: ['organizer'],
  'greeting.unnamed': [],
  subject: ['headline', 'title'],
  meeting: [],
  when: [],
  'when.series': ['when'],
  room: [],
  rooms: [],
  closing: [],

  'joining.heading': [],
  'joining.number': [],
  'joining.address': [],
  'joining.passcode': [],
  'joining.access': [],
  'sign.moved': ['address'],
  help: [],
  'help.link': [],

  'ready.headline': [],
  ready: [],
  'ready.series': [],
  'number-changed.headline': [],
  'number-changed': ['was'],
  'passcode-changed.headline': [],
  'passcode-changed': [],
  'other-numbers.headline': [],
  'other-numbers.date': ['date', 'number'],
  'other-numbers.date-passcode': ['date', 'number', 'passcode'],
  'other-numbers.next': [],
  'without-conference.headline': [],
  'without-conference.date-nearest': ['date', 'nearest'],
  'without-conference.next': [],
  'no-slot.headline': [],
  'no-slot': [],
  'no-slot.nearest': ['nearest'],
  'no-slot.next': [],
  'placed-after-all.headline': [],
  'placed-after-all': [],
  'given-up.headline': [],
  'given-up': [],
  'given-up.same-again': [],
  'given-up.nothing': [],
  'extended.headline': [],
  extended: ['until'],
  'ended-at-limit.headline': [],
  'ended-at-limit': ['at'],
  'ended-at-limit.next': [],
  'unused.headline': [],
  unused: [],
  'unused.room': [],
  'unused.next': [],
  'room-declined.headline': [],
  'room-declined.next': [],
  'hosts.headline': [],
  hosts: ['address', 'passcode'],
  'hosts.no-passcode': ['address'],
  'hosts.next': [],
  'withdrawn.headline': [],
  withdrawn: [],
  'withdrawn.next': [],
  'warning.soon': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Those that count. A form for one or two may do without the figure. */
export const pluralSentences = {
  more: ['count'],
  warning: ['count'],
  'other-numbers': ['count'],
  'without-conference': ['count'],
  'room-declined': ['count', 'room'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SingularName = keyof typeof singularSentences;
export type PluralName = keyof typeof pluralSentences;

/** A sentence's forms by the plural categories of its language (Unicode CLDR, as `Intl.PluralRules` names them). */
export type PluralForms = { readonly other: string } & {
  readonly [Category in Exclude<Intl.LDMLPluralRule, 'other'>]?: string;
};

/** Values stand in doubled braces, as in templates: `{{date}}`. */
export type Catalogue = { readonly [Name in SingularName]: string } & {
  readonly [Name in PluralName]: PluralForms;
};

/** The values that a sentence speaks of, in the order in which they stand. */
export function valuesIn(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = '']) => name.trim());
}

/** The sentence with its values; one that is not given is left out. */
export function filled(sentence: string, values: Readonly<Record<string, string>> = {}): string {
  return sentence.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => values[name.trim()] ?? '');
}
