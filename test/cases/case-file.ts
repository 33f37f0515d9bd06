/** A case as its folder tells it: `case.yaml`, the files beside it, and the configuration it asks for. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Failure } from './failures.ts';
import type { Item } from './items.ts';
import type { Shown } from './shown.ts';

/** What happens, in order; `at` lets time pass first. The README of this folder explains each. */
export interface Step {
  readonly at?: string;
  readonly room?: string;
  readonly sends?: string | readonly string[];
  readonly silently?: boolean;
  readonly holds?: string;
  readonly organizer?: string;
  readonly has?: string;
  readonly editor?: string;
  readonly event?: string;
  readonly fail?: Failure;
  readonly heal?: boolean;
  readonly ring?: string | readonly string[];
  readonly opened?: string;
  readonly restart?: boolean;
  readonly lose?: 'redis';
  readonly notified?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly look?: string;
  /** Seconds after which the next step comes; what is due later is left to it. */
  readonly within?: number;
  readonly audit?: string | readonly string[];
}

export interface Person {
  readonly events?: string;
  readonly language?: string;
  readonly timeZone?: string;
  /** The mailbox is not in the tenant. */
  readonly outside?: boolean;
}

export interface CaseFile {
  readonly story?: number | string | readonly (number | string)[];
  readonly promise: string;
  readonly now: string;
  /** What `expected.yaml` calls the events: a name -> its iCalUId. */
  readonly names: Readonly<Record<string, string>>;
  /** How many slots the cluster has. */
  readonly numbers?: number;
  /** Joins the configuration below, key by key. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Room -> all that its calendar holds: a first round finds what lies in the window that it asks for. */
  readonly mailboxes?: Readonly<Record<string, string>>;
  readonly people?: Readonly<Record<string, Person>>;
  readonly steps?: readonly Step[];
  /** Words that are neither shown nor logged. */
  readonly hidden?: readonly string[];
  /** Words that stand, and words that do not stand, in what people are told. */
  readonly says?: readonly string[];
  readonly saysNot?: readonly string[];
}

const here = import.meta.dirname;
const domain = 'meet.example.com';

/** The paths of all cases below this folder: `<group>/<name>`. */
export function listCases(): string[] {
  return readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/case.yaml'))
    .map((path) => path.slice(0, -'/case.yaml'.length))
    .sort();
}

export class Folder {
  readonly path: string;

  constructor(name: string) {
    this.path = join(here, name);
  }

  readCase(): CaseFile {
    return parse(this.text('case.yaml')) as CaseFile;
  }

  text(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }

  /** The items of an answer of Graph: `value`. */
  items(file: string): readonly Item[] {
    return (JSON.parse(this.text(file)) as { value: Item[] }).value;
  }

  expected(file: string): Partial<Shown> | undefined {
    return existsSync(join(this.path, file)) ? (parse(this.text(file)) as Partial<Shown>) : undefined;
  }

  putExpected(file: string, shown: object): void {
    writeFileSync(join(this.path, file), stringify(shown, { lineWidth: 0 }));
  }
}

export const addressOf = (name: string) => (name.includes('@') ? name : `${name}@example.com`);

/** What the case asks for, read as the product reads its file. */
export function configOf(theCase: CaseFile, apiUrl: string, change: CaseFile['config'] = {}): Config {
  const rooms = [...new Set(['boardroom', ...Object.keys(theCase.mailboxes ?? {})])];
  const asked = { ...theCase.config, ...change };
  const whole = {
    graph: {
      tenantId: '7d0c0a4e-0b0e-4f0e-9a39-3a3e3f1b2c11',
      clientId: '2b0f9a1e-51d1-4d0b-8b43-0f7d1f6c9a55',
      clientSecret: 'a secret of nobody',
      notificationUrl: 'https://roombridge.example.com',
      apiUrl,
      loginUrl: apiUrl,
    },
    rooms: rooms.map((room) => ({ mailbox: room })),
    clusters: [cluster('hq', 80991000, theCase.numbers ?? 10)],
    ...asked,
  };
  const named = {
    ...whole,
    rooms: (whole.rooms as { mailbox: string }[]).map((room) => ({
      ...room,
      mailbox: addressOf(room.mailbox),
    })),
  };
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-case-'));
  try {
    const file = join(folder, 'roombridge.yaml');
    writeFileSync(file, stringify(named));
    return loadConfig(file, {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cluster(name: string, base: number, quantity: number) {
  const callBridges = [
    { address: `https://${name}.example.com:445`, username: 'api', password: 'a password' },
  ];
  return { name, domain, numbers: { base, quantity }, callBridges };
}
