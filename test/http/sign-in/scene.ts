/** An admin listener that people sign in to: a real Redis, a simulated provider over TLS, browsers with their cookies. */
import { request } from 'node:https';
import type { AuditPorts } from '../../../src/http/admin/audit-log.ts';
import { Provider } from '../../../src/http/sign-in/provider.ts';
import { hashOf } from '../../../src/http/sign-in/secrets.ts';
import { createSignIn } from '../../../src/http/sign-in/sign-in.ts';
import { createDispatcher } from '../../../src/outbound.ts';
import { ApiTokenStore } from '../../../src/redis/api-tokens.ts';
import { AttemptStore } from '../../../src/redis/attempts.ts';
import { LocalAccountStore } from '../../../src/redis/local-accounts.ts';
import { PendingSignInStore } from '../../../src/redis/pending-sign-ins.ts';
import { SessionStore } from '../../../src/redis/sessions.ts';
import { startRedis, type TestRedis } from '../../redis/server.ts';
import { createTestAuthority } from '../../simulators/certificates.ts';
import type { Algorithm } from '../../simulators/entra/keys.ts';
import { EntraSimulator } from '../../simulators/entra/provider.ts';
import { type Admin, openAdmin } from '../admin-fixture.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const url = 'https://roombridge.test';
export const machineSecret = 'm'.repeat(43);
export const roles = { viewer: ['group-viewers'], operator: ['av'], administrator: ['Roombridge.Admin'] };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Scene extends AsyncDisposable {
  readonly admin: Admin;
  readonly entra: EntraSimulator;
  readonly redis: TestRedis;
  /** Epoch milliseconds; tests move it. */
  now: number;
  readonly said: { fields: Record<string, unknown>; message: string }[];
  readonly audited: Parameters<AuditPorts['audit']>[0][];
  browser(): Browser;
}

export async function openScene(
  options: {
    readonly algorithm?: Algorithm;
    readonly url?: string;
    readonly port?: number;
    readonly local?: boolean;
    readonly provider?: boolean;
    /** Folder of the built pages. */
    readonly pages?: string;
  } = {},
): Promise<Scene> {
  const own = options.url ?? url;
  const authority = createTestAuthority();
  const redis = await startRedis();
  const redirect = `${own}/sign-in/callback`;
  const client = { clientId: 'client', clientSecret: 'client-s3cret' };
  const entra = await EntraSimulator.open({
    ...{ tls: authority.issue(['localhost']), tenantId: 'tenant', redirect, ...client },
    ...(options.algorithm && { algorithm: options.algorithm }),
  });
  const dispatcher = createDispatcher({
    ...{ proxy: {}, ca: authority.ca, connections: 4, connectTimeout: 1_000 },
  });
  const provider = new Provider({
    provider: {
      ...{ name: 'Entra ID', issuer: entra.issuer, isEntra: true, clientId: client.clientId },
      credential: { kind: 'secret', secret: client.clientSecret },
      scopes: ['openid', 'profile'],
    },
    ...{ redirect, dispatcher, deadline: 2_000 },
  });
  const said: Scene['said'] = [];
  const note = (fields: object, message: string) =>
    void said.push({ fields: fields as Record<string, unknown>, message });
  const log = { info: note, warn: note, error: note };
  const audited: Scene['audited'] = [];
  const audit: AuditPorts['audit'] = async (entry) => void audited.push(entry);
  const scene = { now: Date.now() };
  const signIn = createSignIn({
    config: { roles, local: options.local ?? true },
    url: own,
    provider: options.provider === false ? undefined : provider,
    sessions: new SessionStore(redis.redis, { idle: 30 * minute, absolute: 12 * hour }),
    pending: new PendingSignInStore(redis.redis),
    attempts: new AttemptStore(redis.redis),
    tokens: new ApiTokenStore(redis.redis),
    accounts: new LocalAccountStore(redis.redis),
    machineHash: hashOf(machineSecret),
    // What is slow is tried by itself; here it would take the machine from who tries to be quick.
    work: { N: 4_096, r: 8, p: 1 },
    audit,
    log,
    now: () => scene.now,
  });
  const admin = await openAdmin(
    { signIn, url: own, log, audit, ...(options.pages !== undefined && { pages: options.pages }) },
    options.port,
  );
  return Object.assign(scene, {
    ...{ admin, entra, redis, said, audited },
    browser: () => new Browser(admin, own, authority.ca),
    [Symbol.asyncDispose]: async () => {
      await admin.instance.close();
      await dispatcher.destroy();
      await entra[Symbol.asyncDispose]();
      await redis.close();
    },
  });
}

/** One with cookies of its own, which it keeps and sends as browsers do. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #admin: Admin;
  readonly #url: string;
  readonly #ca: string;

  /** @param ca of who vouches for the provider */
  constructor(admin: Admin, origin: string, ca = '') {
    this.#admin = admin;
    this.#url = origin;
    this.#ca = ca;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.#ask(path, { headers });
  }

  /** Somebody opens a page. */
  async visit(path: string): Promise<Answer> {
    return await this.get(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  }

  async send(path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') {
    return await this.#ask(path, {
      method,
      headers: {
        origin: this.#url,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return await this.#ask(path, {
      method: 'POST',
      headers: { origin: this.#url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: String(new URLSearchParams(fields)),
    });
  }

  /** To the provider and back; gives where the provider sent it back to, with what it brings. */
  async goToProvider(to = '/'): Promise<string> {
    const start = await this.get(`/sign-in/start?to=${encodeURIComponent(to)}`);
    return await passThrough(start.headers.location as string, this.#ca);
  }

  async signIn(to = '/'): Promise<Answer> {
    return await this.get(await this.goToProvider(to));
  }

  async me(): Promise<Record<string, unknown> | number> {
    const { status, body } = await this.get('/api/me');
    return status === 200 ? (JSON.parse(body) as Record<string, unknown>) : status;
  }

  async #ask(
    path: string,
    { headers, ...asking }: { headers: Record<string, string>; method?: string; body?: string },
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = { host: new URL(this.#url).host, ...(cookie === '' ? {} : { cookie }) };
    const answer = await this.#admin.ask(path, { ...asking, headers: { ...own, ...headers } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** What a browser does at the provider, whose certificate it knows; gives the path and query that it comes back with. */
async function passThrough(address: string, ca: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(address, { ca }, (incoming) => {
      incoming.resume();
      const { pathname, search } = new URL(incoming.headers.location ?? '');
      resolve(pathname + search);
    });
    outgoing.on('error', reject).end();
  });
}
