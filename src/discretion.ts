/** What of a configuration may be shown with requests and answers, and what must not be, wherever it stands. */
import { bareAddress } from './cms/call-legs.ts';
import type { Discretion } from './conference/exchange/hiding.ts';
import type { Config } from './config.ts';

export function discretionOf(config: Config): Discretion {
  const addresses = config.rooms.flatMap(({ mailbox, sip }) =>
    sip === undefined ? [mailbox] : [mailbox, sip, bareAddress(sip)],
  );
  return {
    known: new Set(addresses.map((address) => address.toLowerCase())),
    secrets: [...new Set(secretsIn(config))],
  };
}

/**
 * Takes away what holds a secret of the configuration: a diagnostic report of Node.js has all of the environment in it, and
 * so has every process that is started.
 */
export function clearEnvironment(env: NodeJS.ProcessEnv, config: Config): void {
  const secrets = secretsIn(config);
  const holds = (value: string, secret: string) =>
    value === secret || (secret.length >= longEnough && value.includes(secret));
  for (const [name, value = ''] of Object.entries(env))
    if (secrets.some((secret) => holds(value, secret))) delete env[name];
}

/** Shorter ones may stand in a path, or in anything, by chance. */
const longEnough = 8;

const secretName = /secret|password|private|token|key$/i;
/** Shorter ones would hide whatever has a few of the same letters in it. */
const shortest = 4;

/** Whatever has a name like a secret's; of an address its own password. */
function secretsIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    const hidden = secretName.test(name) ? value : URL.canParse(value) ? new URL(value).password : '';
    return hidden.length < shortest ? [] : [hidden];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, one]) => secretsIn(one, Array.isArray(value) ? name : inner));
}
