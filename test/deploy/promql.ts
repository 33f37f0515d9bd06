/** What a PromQL expression asks for: read by Prometheus' own grammar, so that one which it would refuse is refused here. */
import { parser } from '@prometheus-io/lezer-promql';

export interface Selector {
  readonly metric: string;
  /** By the label's name: `=`, `!=`, `=~` or `!~`, and the value. */
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface Asked {
  readonly selectors: readonly Selector[];
  /** Labels by which something is put together or matched. */
  readonly grouping: readonly string[];
}

/** @throws where it is no PromQL */
export function askedIn(expression: string): Asked {
  const selectors: { metric: string; matchers: { label: string; operator: string; value: string }[] }[] = [];
  const grouping: string[] = [];
  const inside: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, from, to, type }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      const text = expression.slice(from, to);
      const matchers = selectors.at(-1)?.matchers;
      if (name === 'VectorSelector') selectors.push({ metric: '', matchers: [] });
      if (name === 'Identifier') Object.assign(selectors.at(-1) ?? {}, { metric: text });
      if (name === 'LabelName' && inside.at(-1) === 'GroupingLabels') grouping.push(text);
      if (name === 'LabelName' && inside.at(-1) === 'UnquotedLabelMatcher')
        matchers?.push({ label: text, operator: '', value: '' });
      if (name === 'MatchOp') Object.assign(matchers?.at(-1) ?? {}, { operator: text });
      if (name === 'StringLiteral') Object.assign(matchers?.at(-1) ?? {}, { value: text.slice(1, -1) });
      inside.push(name);
    },
    leave: () => {
      inside.pop();
    },
  });
  return { selectors, grouping };
}

/** As Grafana asks: with its variables replaced. */
export function withoutVariables(expression: string): string {
  return expression.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.+');
}

/** Labels that Prometheus puts on what it reads. */
export const labelsOfTargets: readonly string[] = ['job', 'instance'];

/** What `/metrics` has: of each name the series, by their labels. */
export type Exposed = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;

/** Reads the text format. A metric without a series is there with none. */
export function exposedIn(text: string): Exposed {
  const found = new Map<string, Record<string, string>[]>();
  const named = (name: string) => {
    const known = found.get(name) ?? [];
    found.set(name, known);
    return known;
  };
  for (const line of text.split('\n')) {
    const [, type, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (type !== undefined) for (const part of partsOf(type, kind)) named(part);
    const [, name, labels = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const pairs = [...labels.matchAll(/([a-z_0-9]+)="((?:[^"\\]|\\.)*)"/g)];
    named(name).push(Object.fromEntries(pairs.map(([, label = '', value = '']) => [label, value])));
  }
  return found;
}

function partsOf(name: string, kind: string | undefined): string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** The labels of a metric; `any` while it has no series to tell. Undefined where there is none of this name. */
export type LabelsOf = (metric: string) => readonly string[] | 'any' | undefined;

export function labelsIn(exposed: Exposed): LabelsOf {
  return (metric) => {
    const series = exposed.get(metric);
    return series?.length === 0 ? 'any' : series && [...new Set(series.flatMap((one) => Object.keys(one)))];
  };
}

/** Mistakes of an expression before what there is: names of metrics and labels, and values that no series has. */
export function mistakesIn(expression: string, exposed: Exposed, labelsOf: LabelsOf): string[] {
  const { selectors, grouping } = askedIn(expression);
  const known = new Set(labelsOfTargets);
  const mistakes: string[] = [];
  let isAnyOpen = false;
  for (const { metric, matchers } of selectors) {
    const labels = metric === 'up' ? [] : labelsOf(metric);
    if (labels === undefined) mistakes.push(`no metric ${metric}`);
    if (labels === 'any') isAnyOpen = true;
    if (labels === undefined || labels === 'any') continue;
    for (const label of labels) known.add(label);
    for (const { label, operator, value } of matchers) {
      if (labelsOfTargets.includes(label)) continue;
      if (!labels.includes(label)) mistakes.push(`${metric} has no label ${label}`);
      const values = new Set((exposed.get(metric) ?? []).map((series) => series[label]));
      const wanted = operator.endsWith('~') ? value.split('|') : [value];
      // What a closed vocabulary does not have is never said; a pattern, or a status, may be of what has not happened yet.
      const plain = wanted.filter((one) => /^[\w-]+$/.test(one));
      if (values.size > 0 && label !== 'status')
        for (const one of plain) if (!values.has(one)) mistakes.push(`${metric}: no ${label} is ${one}`);
    }
  }
  if (!isAnyOpen)
    for (const label of grouping) if (!known.has(label)) mistakes.push(`nothing has a label ${label}`);
  return mistakes;
}
