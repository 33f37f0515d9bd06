/** What a command shows in a terminal: nothing that a stranger wrote reaches it but as letters, and times are of its zone. */

/** Who looks at it. */
export interface Screen {
  /** Columns; `Infinity` where it is no terminal, and nothing need be cut. */
  readonly width: number;
  readonly isColoured: boolean;
  /** IANA. */
  readonly zone: string;
}

/** Where a command says what it has to say. */
export interface Out {
  readonly screen: Screen;
  /** Resolves once more may be written. */
  write(text: string): Promise<void>;
  /** For who looks, beside what was asked for. */
  remark(text: string): void;
}

/**
 * What moves the cursor, colours, retitles or turns the direction of writing; kept are the joiners of scripts and emoji,
 * and the marks of direction that reach no farther than the letters beside them.
 */
const unruly = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u00ad\u061c\u200c-\u200f\u2060])\p{Cf}/gu;

/** One line of what somebody wrote: the title of a meeting is anybody's. */
export function harmless(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(unruly, (found) => {
    const code = found.codePointAt(0) ?? 0;
    // Seen as what they are: U+241B is the picture of an escape.
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : '\ufffd';
  });
}

/** Lines of text; their ends alone stay as they are. */
export function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

/** One document that a terminal shows as well as a program reads it: JSON leaves much as it is that moves a cursor. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(unruly, (found) =>
    found === '\n' ? found : found.split('').map(escaped).join(''),
  );
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export interface Times {
  /** `2026-11-27 09:00`; nothing of what has not been. */
  at(instant: string | null): string;
  /** `2026-11-27 09:00–10:00`, with the other day where it ends on another. */
  span(start: string, end: string): string;
}

/** @param zone IANA */
export function timesIn(zone: string): Times {
  const format = new Intl.DateTimeFormat('en-GB-u-nu-latn-ca-gregory', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric' },
    ...{ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  const read = (instant: string): readonly [day: string, clock: string] => {
    const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const of = (...types: Intl.DateTimeFormatPartTypes[]) => types.map((type) => parts.get(type));
    return [of('year', 'month', 'day').join('-'), of('hour', 'minute').join(':')];
  };
  return {
    at: (instant) => (instant === null ? '' : read(instant).join(' ')),
    span: (start, end) => {
      const [[day, from], [other, to]] = [read(start), read(end)];
      return `${day} ${from}–${day === other ? to : `${other} ${to}`}`;
    },
  };
}
