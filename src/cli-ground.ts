/** What the commands that ask the running program stand on: how they reach it, and where they say what it said. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Config } from './config.ts';
import type { Reach } from './running.ts';
import { harmlessLines, type Out } from './terminal.ts';

/** What is given on the command line about where the program is. */
export interface Ways {
  readonly config?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
}

export interface Ground {
  /** Of commands that want the configuration itself. */
  readonly configOption: Option;
  /** The configuration of a file; mistakes in it end the process. */
  configured(file: string): Promise<Config>;
  reach(ways: Ways): Promise<Reach>;
  readonly out: Out;
  say(text: string): void;
  /** Says it, and ends the process. */
  end(said: { readonly text: string; readonly well: boolean }): void;
}

/** The options by which a command is told where the running program is. */
export function reaching(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML) of a program on this machine')
    .addOption(
      new Option('--url <url>', 'where it listens, from anywhere; else ROOMBRIDGE_URL').conflicts('config'),
    )
    .option('--token-file <file>', 'a file that holds an API token; else ROOMBRIDGE_TOKEN')
    .addOption(
      new Option(
        '--ca <file>',
        'certificates (PEM) that vouch for it beside those known; else ROOMBRIDGE_CA',
      ).conflicts('config'),
    );
}

/** What is given beside that. */
export function wishesIn<T extends Ways>({ config: _1, url: _2, tokenFile: _3, ca: _4, ...wishes }: T) {
  return wishes;
}

/** What was given wrongly, or not at all. */
class Misgiven extends Error {
  override readonly name = 'Misgiven';
}

export function createGround(
  program: Command,
  env: NodeJS.ProcessEnv,
  configured: Ground['configured'],
): Ground {
  const { stdout, stderr } = process;
  let isWatched = false;
  const write = (text: string): boolean => {
    // Whoever reads has heard enough.
    if (!isWatched) stdout.on('error', leaveQuietly);
    isWatched = true;
    return stdout.write(text);
  };
  const say = (text: string) => void write(`${harmlessLines(text)}\n`);
  return {
    configOption: new Option('--config <file>', 'configuration file (YAML)').makeOptionMandatory(),
    configured,
    reach: async (ways) => {
      try {
        return await reachBy(ways, env, configured);
      } catch (error) {
        if (error instanceof Misgiven) program.error(`error: ${error.message}`, { exitCode: 2 });
        throw error;
      }
    },
    out: {
      screen: {
        width: stdout.isTTY ? stdout.columns || 80 : Infinity,
        isColoured: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
        zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      },
      write: async (text) => {
        if (!write(text)) await once(stdout, 'drain');
      },
      remark: (text) => void stderr.write(`${harmlessLines(text)}\n`),
    },
    say,
    end: ({ text, well }) => {
      say(text);
      stdout.write('', () => process.exit(well ? 0 : 1));
    },
  };
}

function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

async function reachBy(
  { config, url = config === undefined ? '' : undefined, tokenFile, ca }: Ways,
  env: NodeJS.ProcessEnv,
  configured: Ground['configured'],
): Promise<Reach> {
  const given = tokenFile === undefined ? undefined : tokenIn(tokenFile);
  const from = tokenFile === undefined ? {} : { tokenFrom: `${tokenFile} (--token-file)` };
  if (config !== undefined) {
    const { admin } = (await configured(config)).http;
    return { ...admin, ...from, ...(given !== undefined && { token: given }) };
  }
  const address = url || env.ROOMBRIDGE_URL || '';
  if (address === '')
    throw new Misgiven(
      "required option '--config <file>' not specified, nor '--url <url>' or ROOMBRIDGE_URL in its place",
    );
  const token = given ?? tokenOf(env.ROOMBRIDGE_TOKEN ?? '', 'ROOMBRIDGE_TOKEN');
  const authorities = ca || env.ROOMBRIDGE_CA || '';
  return {
    url: originIn(address),
    ...from,
    ...(token !== undefined && { token }),
    ...(authorities !== '' && { ca: certificatesIn(authorities) }),
  };
}

/** A token goes to nobody in the clear. */
function originIn(address: string): string {
  const expected = `expected an https address without a path such as https://roombridge.example.com (http for localhost only), got ${address}`;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) throw new Misgiven(expected);
  const { protocol, hostname, pathname, origin, username, password, search, hash } = new URL(address);
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '' || password !== '')
    throw new Misgiven(expected.replace(/, got .*$/, ''));
  if (protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
    throw new Misgiven(expected);
  return origin;
}

function tokenIn(file: string): string {
  const token = tokenOf(read(file), file);
  if (token === undefined) throw new Misgiven(`${file} is empty: expected an API token`);
  return token;
}

/** Undefined for nothing. */
function tokenOf(text: string, from: string): string | undefined {
  const token = text.trim();
  if (token === '') return undefined;
  // Never what it says: it may be a secret that was mistaken.
  if (!/^[\w-]{1,200}$/.test(token)) throw new Misgiven(`${from} holds something else than an API token`);
  return token;
}

function certificatesIn(file: string): string {
  const text = read(file);
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new Misgiven(`${file} has no certificate: expected a PEM file`);
  return text;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Misgiven(`${file} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`);
  }
}
