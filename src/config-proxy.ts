/** The proxy by which requests leave, as the environment names it. */
import type { Problems } from './config-problems.ts';

export interface ProxyConfig {
  readonly https?: string;
  readonly no?: string;
}

/** `host:port` alone is taken as an http proxy, as curl does. */
export function readProxy(env: NodeJS.ProcessEnv, problems: Problems): ProxyConfig {
  const name = env.HTTPS_PROXY ? 'HTTPS_PROXY' : 'https_proxy';
  const given = env[name] ?? '';
  const https = given === '' || given.includes('://') ? given : `http://${given}`;
  if (https !== '' && !(URL.canParse(https) && /^https?:\/\//i.test(https))) {
    problems.add(
      [name],
      'expected a proxy such as http://proxy.example.com:3128 in this environment variable',
    );
  }
  const no = env.NO_PROXY || env.no_proxy || '';
  return { ...(https === '' ? {} : { https }), ...(no === '' ? {} : { no }) };
}
