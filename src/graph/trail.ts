/** The links by which a list was followed from page to page: one that leads back, or on and on, does not hold anybody for ever. */
import { GraphFault } from './fault.ts';

/** More than any calendar or list of a tenant has: a page of changes has fifty items. */
const mostPages = 2_000;

export class Trail {
  readonly #seen = new Set<string>();

  /**
   * Whether the link leads to a page where we have not been.
   * @throws GraphFault `garbled` where there is no end to them
   */
  isNew(link: string): boolean {
    if (this.#seen.has(link)) return false;
    if (this.#seen.size >= mostPages) throw new GraphFault('garbled', 'a list whose pages have no end');
    this.#seen.add(link);
    return true;
  }
}
