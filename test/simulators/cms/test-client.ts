/** For the simulator's own tests: a cluster and a plain undici client that trusts its authority. */
import { Agent, type Dispatcher, request } from 'undici';
import { createTestAuthority } from '../certificates.ts';
import type { CmsBridge } from './bridge.ts';
import { CmsCluster } from './cluster.ts';
import type { CmsClusterOptions } from './options.ts';

export interface WireAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Last segment of Location. */
  id: string;
}

export interface CallOptions {
  bridge?: CmsBridge;
  /** A string goes out as it is. */
  form?: Record<string, string> | string;
  headers?: Record<string, string>;
  anonymous?: boolean;
  /** Milliseconds for the whole request. */
  timeout?: number;
}

export interface TestCluster extends AsyncDisposable {
  cms: CmsCluster;
  dispatcher: Dispatcher;
  ca: string;
  /** The path is relative to `/api/v1/` unless it begins with a slash. */
  call(method: string, path: string, options?: CallOptions): Promise<WireAnswer>;
}

export async function startTestCluster(options: Partial<CmsClusterOptions> = {}): Promise<TestCluster> {
  const authority = createTestAuthority();
  const cms = await CmsCluster.start({
    tls: authority.issue(['localhost', '127.0.0.1']),
    callBridges: [
      { name: 'CallBridge-Core1', username: 'apiuser', password: 'first' },
      { name: 'CallBridge-Core2', username: 'apiuser', password: 'second' },
    ],
    ...options,
  });
  const dispatcher = new Agent({ connect: { ca: authority.ca } });
  const call = async (method: string, path: string, use: CallOptions = {}): Promise<WireAnswer> => {
    const bridge = use.bridge ?? cms.bridge(0);
    const answer = await request(`${bridge.url}${path.startsWith('/') ? '' : '/api/v1/'}${path}`, {
      method: method as Dispatcher.HttpMethod,
      dispatcher,
      headers: { ...(use.anonymous ? {} : authorization(bridge)), ...contentType(use), ...use.headers },
      ...(use.form !== undefined && { body: bodyOf(use.form) }),
      // Not undici's own timeouts: those are only good to about a second.
      ...(use.timeout && { signal: AbortSignal.timeout(use.timeout) }),
    });
    const body = await answer.body.text();
    const id = String(answer.headers.location ?? '')
      .split('/')
      .at(-1);
    return { status: answer.statusCode, headers: answer.headers, body, id: id ?? '' };
  };
  const dispose = async (): Promise<void> => {
    await dispatcher.destroy();
    await cms.stop();
  };
  return { cms, dispatcher, ca: authority.ca, call, [Symbol.asyncDispose]: dispose };
}

export function authorization(bridge: CmsBridge): Record<string, string> {
  const credentials = Buffer.from(`${bridge.username}:${bridge.password}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

function contentType(use: CallOptions): Record<string, string> {
  return use.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
}

function bodyOf(form: Record<string, string> | string): string {
  return typeof form === 'string' ? form : new URLSearchParams(form).toString();
}
