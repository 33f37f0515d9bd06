/** What people are told about a meeting's conference: the facts, the details for joining, and who reads them. */
import type { Language } from './languages/language.ts';

/** How people join; what stands in everybody's invitation. */
export interface JoiningDetails {
  readonly number: string;
  /** `<number>@<domain>`. */
  readonly uri: string;
  /** Empty for none. */
  readonly passcode: string;
  /** Further ways in, by configuration, such as telephone numbers. */
  readonly accessNumbers: readonly AccessNumber[];
}

export interface AccessNumber {
  readonly name: string;
  readonly number: string;
}

/** One occurrence, as people call it: by its date. Instants in epoch ms. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  /** By date alone: the instants are midnight in the event's own zone, whichever that is. */
  readonly isAllDay?: boolean;
}

export type Fact =
  /** The conference is ready; the joining details say how to join. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'number-changed'; readonly was: string }
  | { readonly kind: 'passcode-changed' }
  | {
      readonly kind: 'other-numbers';
      readonly dates: readonly (Occurrence & { readonly joining: JoiningDetails })[];
    }
  /** `nearest`: the start at which a number is free for the same length. */
  | {
      readonly kind: 'without-conference';
      readonly dates: readonly (Occurrence & { readonly nearest?: number })[];
    }
  | { readonly kind: 'no-slot'; readonly nearest?: number }
  | { readonly kind: 'placed-after-all' }
  /** The bridge is down; `trying` is what is done about it. */
  | { readonly kind: 'given-up'; readonly trying: 'same-again' | 'nothing' }
  | { readonly kind: 'extended'; readonly until: number }
  | { readonly kind: 'ended-at-limit'; readonly at: number }
  /** Nobody came, and it was given back. */
  | { readonly kind: 'unused' }
  /** For these dates only; `room` is its name or mailbox. */
  | { readonly kind: 'room-declined'; readonly room: string; readonly dates: readonly Occurrence[] }
  /** How hosts join, for whom guests wait; for the organizer alone. Without dates it is so for all of them. */
  | {
      readonly kind: 'hosts';
      /** `<number>@<domain>`. */
      readonly uri: string;
      /** Empty for none. */
      readonly passcode: string;
      readonly dates: readonly Occurrence[];
    }
  /** The joining details hold no more. */
  | { readonly kind: 'withdrawn' };

export type FactKind = Fact['kind'];
export type FactOf<Kind extends FactKind> = Extract<Fact, { kind: Kind }>;

export interface Notice {
  readonly joining: JoiningDetails | undefined;
  readonly facts: readonly Fact[];
}

/** What the notice speaks of. Instants in epoch ms. */
export interface About {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  readonly isAllDay: boolean;
  readonly isSeries: boolean;
  readonly rooms: readonly string[];
  /** The organizer's name; empty where unknown. */
  readonly organizer: string;
  /** Then the title is neutral already, and no text may name more. */
  readonly isPrivate: boolean;
}

export interface Reader {
  readonly language: Language;
  /** IANA. */
  readonly timeZone: string;
}
