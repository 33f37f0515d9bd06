/** Secrets that are looked for in everything that a product leaves behind, and where each of them may stand. */

/** A text, and where it was found: `log`, `redis KEY`, `api PATH`, `file PATH`, … */
export interface Place {
  readonly place: string;
  readonly text: string;
}

export interface Permit {
  /** As it was marked. */
  readonly secret: string;
  readonly where: RegExp;
  /** For who reads the table. */
  readonly because: string;
}

export class Marks {
  readonly #secrets: { readonly name: string; readonly forms: readonly string[] }[] = [];

  /** One that may be guessed from a piece of it would be found by chance. */
  mark(name: string, ...values: readonly string[]): void {
    if (values.length === 0) throw new Error(`no ${name} was seen`);
    for (const value of values) {
      if (value.length < 8) throw new Error(`the ${name} is too short to be looked for`);
      this.#secrets.push({ name, forms: formsOf(value) });
    }
  }

  /** `secret in place`, each once; of a permit that nothing has used that it was for nothing. */
  found(places: readonly Place[], permits: readonly Permit[]): { leaks: string[]; unused: Permit[] } {
    const leaks = new Set<string>();
    const used = new Set<Permit>();
    for (const { place, text } of places)
      for (const { name, forms } of this.#secrets) {
        if (!forms.some((form) => text.includes(form))) continue;
        const permit = permits.find(({ secret, where }) => secret === name && where.test(place));
        if (permit === undefined) leaks.add(`${name} in ${place}`);
        else used.add(permit);
      }
    return { leaks: [...leaks].sort(), unused: permits.filter((permit) => !used.has(permit)) };
  }
}

/** As it is, as it stands in an address or in JSON, and encoded, alone or behind any user name. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // In base64 three bytes are four characters: where a text begins in it, decides what it looks like.
  const encoded = ['', 'x', 'xy'].map((before) => {
    const text = Buffer.concat([Buffer.from(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(before === '' ? 0 : 4, -1);
  });
  const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), bytes.toString('hex')];
  return [...new Set([...forms, ...encoded])];
}
