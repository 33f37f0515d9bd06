/** Values of Graph's JSON, read permissively: what is not as expected is as if it were not there. */

export type Wire = Readonly<Record<string, unknown>>;

/** Any value as an object to look into; null, arrays and scalars hold nothing we know. */
export function objectOf(value: unknown): Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}

/** A string that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((word) => word === value);
}
