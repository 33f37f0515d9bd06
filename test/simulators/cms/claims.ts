/** Keeps URIs and call IDs unique between spaces; one space and its access methods may share a value. */
import type { Space } from './spaces.ts';

export class Claims {
  readonly #owners = new Map<string, { space: Space; uses: number }>();

  owner(value: string): Space | undefined {
    return this.#owners.get(value)?.space;
  }

  takenFrom(space: Space | undefined, value: string | undefined): boolean {
    if (value === undefined) return false;
    const owner = this.owner(value);
    return owner !== undefined && owner !== space;
  }

  take(space: Space, value: string | undefined): void {
    if (value === undefined) return;
    const claim = this.#owners.get(value);
    if (claim === undefined) this.#owners.set(value, { space, uses: 1 });
    else claim.uses += 1;
  }

  release(value: string | undefined): void {
    const claim = value === undefined ? undefined : this.#owners.get(value);
    if (value === undefined || claim === undefined) return;
    claim.uses -= 1;
    if (claim.uses === 0) this.#owners.delete(value);
  }
}
