/** The subscriptions of a scripted Graph: made, listed, renewed and deleted, and never heard of again. */
import type { Reply } from '../graph/recorded-server.ts';
import { refusal } from './items.ts';

export class ScriptedSubscriptions {
  readonly #known = new Map<string, Record<string, unknown>>();
  #made = 0;

  answer(method: string, path: string, body: string): Reply {
    const [, , id = ''] = path.split('/');
    if (method === 'POST') return this.#make(JSON.parse(body) as object);
    if (id === '') return { body: { value: [...this.#known.values()] } };
    const known = this.#known.get(id);
    if (known === undefined) return refusal(404, 'ResourceNotFound', 'The object was not found.');
    if (method === 'DELETE') {
      this.#known.delete(id);
      return { status: 204 };
    }
    const renewed = { ...known, ...(JSON.parse(body) as object) };
    this.#known.set(id, renewed);
    return { body: renewed };
  }

  #make(wish: object): Reply {
    this.#made += 1;
    const id = `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`;
    const made = { id, ...wish };
    this.#known.set(id, made);
    return { status: 201, body: made };
  }
}
