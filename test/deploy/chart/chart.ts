/** Our chart as Helm would make it: values over values, held to their schema, and each template to what Kubernetes is given. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type Functions, isTrue, printed, Templates } from './go-template.ts';

export const folder = join(import.meta.dirname, '../../../deploy/helm/roombridge');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

export type Values = Readonly<Record<string, unknown>>;
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly [key: string]: unknown;
}

export const chart = parse(read('Chart.yaml'));
export const defaults: Values = parse(read('values.yaml'));

const isMapping = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function merged(values: Values, over: Values): Values {
  const both = Object.entries(over).map(([key, value]) => {
    const under = values[key];
    return [key, isMapping(value) && isMapping(under) ? merged(under, value) : value];
  });
  return { ...values, ...Object.fromEntries(both) };
}

const cut = (length: number, text: string) => text.slice(0, length);
const indented = (width: number, text: string) => text.replace(/^/gm, ' '.repeat(width));

/** Those of Go, of Sprig and of Helm that the chart calls. */
const functions: Functions = {
  and: (...all) => all.find((value) => !isTrue(value)) ?? all.at(-1),
  b64enc: (text) => Buffer.from(printed(text)).toString('base64'),
  contains: (part, text) => printed(text).includes(printed(part)),
  default: (fallback, value) => (isTrue(value) ? value : fallback),
  dict: (...all) =>
    Object.fromEntries(
      all.flatMap((key, index) => (index % 2 === 0 ? [[printed(key), all[index + 1]]] : [])),
    ),
  eq: (one, other) => one === other,
  fail: (message) => {
    throw new Error(printed(message));
  },
  list: (...all) => all,
  lower: (text) => printed(text).toLowerCase(),
  nindent: (width, text) => `\n${indented(Number(width), printed(text))}`,
  not: (value) => !isTrue(value),
  printf: (format, ...all) => printed(format).replaceAll('%s', () => printed(all.shift())),
  quote: (value) => JSON.stringify(printed(value)),
  replace: (from, to, text) => printed(text).replaceAll(printed(from), printed(to)),
  required: (message, value) => {
    if (value === undefined || value === null || value === '') throw new Error(printed(message));
    return value;
  },
  sha256sum: (text) => createHash('sha256').update(printed(text)).digest('hex'),
  toYaml: (value) => stringify(value, { lineWidth: 0 }).trimEnd(),
  trimSuffix: (suffix, text) => {
    const [end, whole] = [printed(suffix), printed(text)];
    return whole.endsWith(end) ? whole.slice(0, whole.length - end.length) : whole;
  },
  trunc: (length, text) => cut(Number(length), printed(text)),
};

const isSound = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  JSON.parse(read('values.schema.json')),
);

/** What is wrong with values by their schema, with the place of each; Helm refuses them too. */
export function mistakesIn(values: Values): string[] {
  isSound(merged(defaults, values));
  return (isSound.errors ?? []).map(({ instancePath, message = '', params }) =>
    `${instancePath} ${message} ${params.additionalProperty ?? ''}`.trim(),
  );
}

/** Each file of the chart, as it is rendered. */
export function render(values: Values, name = 'release'): ReadonlyMap<string, string> {
  const templates = new Templates(functions);
  const files = readdirSync(join(folder, 'templates')).sort();
  for (const file of files) templates.add(file, read(`templates/${file}`));
  const data = {
    Values: merged(defaults, values),
    Release: { Name: name, Namespace: 'rooms', Service: 'Helm' },
    // Helm writes the keys of Chart.yaml with a capital.
    Chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
  };
  return new Map(
    files.filter((file) => !file.startsWith('_')).map((file) => [file, templates.render(file, data)]),
  );
}

/** Everything that Kubernetes is given. @throws Error where it is no YAML, with a key twice or otherwise */
export function manifestsOf(values: Values, name?: string): Manifest[] {
  return [...render(values, name)]
    .filter(([file]) => file.endsWith('.yaml'))
    .flatMap(([file, text]) =>
      [...parseAllDocuments(text)].map((document) => {
        const [fault] = [...document.errors, ...document.warnings];
        if (fault !== undefined) throw new Error(`${file}: ${fault.message}\n${text}`);
        return document.toJS();
      }),
    )
    .filter((manifest) => manifest !== null);
}
