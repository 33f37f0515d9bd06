/** Field by field, what stands on the bridge for a meeting against what should. */

/** One field; `isSecret`: its values are shown to nobody. */
export interface Compared {
  /** Of the space, an access method or a profile, in the words of the bridge. */
  readonly of: string;
  readonly field: string;
  readonly should: string;
  /** Empty where it is unset. */
  readonly is: string;
  readonly isSecret?: true;
}

/** Names and values as they should be; an undefined value says nothing. */
export type Wanted = readonly (readonly [field: string, value: string | number | boolean | undefined])[];

/** Of a space, an access method or a profile. */
export type Found = Readonly<Record<string, string | undefined>>;

/** What a form says, and what is found there; `secrets`: names of fields that nobody is shown. */
export function compared(
  of: string,
  wanted: Wanted,
  found: Found,
  secrets: readonly string[] = [],
): Compared[] {
  return wanted.flatMap(([field, value]): Compared[] => {
    if (value === undefined) return [];
    const line = { of, field, should: String(value), is: found[field] ?? '' };
    return [secrets.includes(field) ? { ...line, isSecret: true } : line];
  });
}

export function isRight({ should, is }: Compared): boolean {
  return should === is;
}

/** A line for people: whether it is right, and what it is instead. */
export function told(line: Compared): string {
  const { of, field, should, is, isSecret } = line;
  const shown = (value: string) => (value === '' ? 'none' : isSecret ? 'a secret' : value);
  if (isRight(line))
    return `ok       ${of} ${field}: ${isSecret && is !== '' ? 'as it should be' : shown(is)}`;
  const other = isSecret && is !== '' && should !== '' ? 'another one' : shown(is);
  return `differs  ${of} ${field}: ${other}, should be ${isSecret && should !== '' ? 'the one that people were told' : shown(should)}`;
}
