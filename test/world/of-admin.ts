/** Whoever comes to an admin listener: browsers and scripts, welcome or not. All that they are answered is kept to be looked through. */
import { Agent, fetch } from 'undici';
import type { Marks, Place } from './marks.ts';

/** It has no end: `follow`. */
const stream = '/api/changes';

export class OfAdmin {
  readonly #url: string;
  readonly #places: Place[];
  readonly #marks: Marks;
  /** Of a local administrator. */
  #administrator: Record<string, string> = {};

  constructor(url: string, places: Place[], marks: Marks) {
    this.#url = url;
    this.#places = places;
    this.#marks = marks;
  }

  async json<T>(path: string, headers: Record<string, string>): Promise<T> {
    const answer = await this.#ask('GET', path, { headers });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as T;
  }

  /** There and back, in a browser of its own. @param ca of who vouches for the provider */
  async byProvider(ca: string): Promise<void> {
    const begun = await this.#ask('GET', '/sign-in/start');
    const dispatcher = new Agent({ connect: { ca } });
    const there = await fetch(begun.location, { dispatcher, redirect: 'manual' });
    await dispatcher.destroy();
    const back = new URL(there.headers.get('location') ?? '');
    const told = (name: string, from: URL) => from.searchParams.get(name) ?? '';
    this.#marks.mark('code of the provider', told('code', back));
    this.#marks.mark('cookie of a sign-in', begun.cookie);
    const headers = { cookie: begun.cookies };
    const welcome = await this.#ask('GET', back.pathname + back.search, { headers });
    if (welcome.status !== 303) throw new Error(`not signed in: ${welcome.status} ${welcome.text}`);
    this.#marks.mark('cookie of a session', welcome.cookie);
    await this.json('/api/me', { cookie: welcome.cookies });
    // A code that has been used once.
    await this.#ask('GET', back.pathname + back.search, { headers });
  }

  /** A local administrator sets a password, signs in, and makes a token for a script: its headers. */
  async bySetting(link: string, password: string): Promise<Record<string, string>> {
    this.#marks.mark('password of an administrator', password);
    await this.#ask('GET', `/sign-in/set-up?link=${link}`);
    await this.#ask('POST', '/sign-in/set-up', { form: { link, password, again: password } });
    const { cookie, cookies } = await this.#ask('POST', '/sign-in/local', {
      form: { name: 'ann', password },
    });
    this.#marks.mark('cookie of a session', cookie);
    this.#administrator = { cookie: cookies };
    const ends = new Date(Date.now() + 3_600_000).toISOString();
    const made = await fetch(`${this.#url}/api/tokens`, {
      method: 'POST',
      headers: { cookie: cookies, origin: this.#url, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'report', role: 'viewer', ends }),
    });
    const { token } = (await made.json()) as { token: string };
    this.#marks.mark('API token', token);
    return { authorization: `Bearer ${token}` };
  }

  /** Hears what changes until the product ends. */
  async follow(headers: Record<string, string>): Promise<void> {
    const { last } = await this.json<{ last: string }>('/api/now', headers);
    const answer = await fetch(`${this.#url}${stream}?after=${encodeURIComponent(last)}`, { headers });
    if (answer.status !== 200 || answer.body === null) throw new Error(`${stream}: ${answer.status}`);
    const reading = async (pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces)
        this.#places.push({ place: `api ${stream}`, text: Buffer.from(piece).toString() });
    };
    reading(answer.body).catch(() => {});
  }

  /** By each door somebody comes with what may be another one's secret. */
  async refused(): Promise<void> {
    const wrong = 'a-secret-of-something-else';
    this.#marks.mark('secret of something else', wrong);
    const form = { name: 'ann', password: wrong, link: `ann.${wrong}`, again: wrong };
    await this.#ask('POST', '/sign-in/local', { form });
    await this.#ask('POST', '/sign-in/local', { form: { ...form, name: wrong } });
    await this.#ask('POST', '/sign-in/set-up', { form });
    for (const headers of [
      { authorization: `Bearer rb_${wrong}` },
      { authorization: `Basic ${Buffer.from(`ann:${wrong}`).toString('base64')}` },
      { cookie: `roombridge-session=${wrong.padEnd(43, 'x')}` },
    ])
      await this.#ask('GET', '/api/me', { headers });
    for (const path of [
      `/sign-in/callback?code=${wrong}&state=${wrong}`,
      `/sign-in/set-up?link=ann.${wrong}`,
      `/sign-in?to=//${wrong}&said=${wrong}`,
      `/api/rooms?token=${wrong}`,
      `/${wrong}/%E0%A4%A`,
      `/${wrong}`,
    ])
      await this.#ask('GET', path);
  }

  /**
   * Every answer of the API that a viewer gets, and what only administrators do, by its own description.
   * @param named what stands for the names in paths
   */
  async lookAtAll(viewer: Record<string, string>, named: Readonly<Record<string, string>>): Promise<void> {
    type Document = { paths: Record<string, { get?: { description: string; parameters: Parameter[] } }> };
    const { paths } = await this.json<Document>('/api/openapi.json', viewer);
    const unseen: string[] = [];
    for (const [path, { get }] of Object.entries(paths)) {
      if (get === undefined || path === stream) continue;
      const headers = /administrator/.test(get.description) ? this.#administrator : viewer;
      const own = path === '/api/queues/{name}/failing' ? { ...named, name: 'calendar' } : named;
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(own[name] ?? ''));
      const query = queryFor(get.parameters, { event: named.key ?? '', ...spanOf(path) });
      const answer = await this.#ask('GET', filled + query, { headers });
      if (answer.status !== 200) unseen.push(`${filled}${query}: ${answer.status} ${answer.text}`);
    }
    if (unseen.length > 0) throw new Error(unseen.join('\n'));
    await this.#ask('GET', '/metrics', { headers: viewer });
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    given: { headers?: Record<string, string>; form?: Record<string, string> } = {},
  ): Promise<{ status: number; text: string; location: string; cookie: string; cookies: string }> {
    const answer = await fetch(this.#url + path, {
      ...{ method, redirect: 'manual' },
      headers: { origin: this.#url, accept: 'text/html, */*', ...given.headers },
      ...(given.form && { body: new URLSearchParams(given.form) }),
    });
    const text = await answer.text();
    const pathname = path.replace(/\?.*$/s, '');
    const kind = pathname.startsWith('/api/') ? 'api' : `page ${method}`;
    this.#places.push({ place: `${kind} ${pathname}`, text });
    const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const fresh = cookies.find((pair) => !pair.endsWith('=')) ?? '';
    const location = answer.headers.get('location') ?? '';
    return { status: answer.status, text, location, cookies: fresh, cookie: fresh.replace(/^[^=]*=/, '') };
  }
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}

/** Some ask for days, the others for instants. */
function spanOf(path: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = [0, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  return path.includes('/reports') ? { from: from.slice(0, 10), to: to.slice(0, 10) } : { from, to };
}

function queryFor(parameters: readonly Parameter[] = [], values: Readonly<Record<string, string>>): string {
  const needed = parameters.filter((one) => one.in === 'query' && one.required);
  const query = needed.map(({ name }): [string, string] => [name, values[name] ?? '']);
  return needed.length === 0 ? '' : `?${new URLSearchParams(query)}`;
}
