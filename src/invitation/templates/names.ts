/** Whether a template names what there is, and all that it must not leave out. */
import { type Data, type DataValue, type Flaw, lookUp, type Node, type Template } from './template.ts';

interface Scope {
  /** The section's full name, such as `facts.dates.`; empty at the top. */
  readonly prefix: string;
  readonly data: Data;
}

/** What may be missing in a notice: without a section of its own, its label would stand alone. */
const optional = ['joining', 'joining.passcode'];

/**
 * @param full what the template is filled with, nothing in it missing or empty
 * @param required full names, each a list of which one is enough
 */
export function nameFlaws(template: Template, full: Data, required: readonly (readonly string[])[]): Flaw[] {
  const flaws: Flaw[] = [];
  const used = new Set<string>();
  const visit = (nodes: readonly Node[], scopes: readonly Scope[], sections: readonly string[]): void => {
    for (const node of nodes) {
      if (node.kind === 'text') continue;
      const name = fullName(node.path, scopes);
      const value = valueAt(node.path, scopes);
      if (value === undefined) {
        flaws.push(unknown(node.at, node.path, scopes));
      } else if (node.kind === 'section') {
        const inner = insideOf(value);
        const shown = node.isInverted ? sections : [...sections, name];
        visit(
          node.nodes,
          inner === undefined ? scopes : [...scopes, { prefix: `${name}.`, data: inner }],
          shown,
        );
      } else if (typeof value !== 'string') {
        const remedy = `write {{#${node.path}}} … {{/${node.path}}}, and within it the names that it has`;
        flaws.push({ at: node.at, what: `{{${node.path}}} is not one value`, remedy });
      } else {
        used.add(name);
        const needed = optional.find(
          (one) => (name === one || name.startsWith(`${one}.`)) && !sections.includes(one),
        );
        if (needed !== undefined) flaws.push(unguarded(node.at, node.path, needed));
      }
    }
  };
  visit(template.nodes, [{ prefix: '', data: full }], []);
  for (const choice of required) {
    if (choice.some((name) => used.has(name))) continue;
    const what = `it never says {{${choice.join('}} or {{')}}}`;
    flaws.push({ at: 0, what, remedy: 'add it: whoever reads the text needs it' });
  }
  return flaws;
}

function unguarded(at: number, path: string, needed: string): Flaw {
  const what = `{{${path}}} may be missing, and its label would stand alone`;
  return { at, what, remedy: `put the line between {{#${needed}}} and {{/${needed}}}` };
}

function scopeOf(path: string, scopes: readonly Scope[]): Scope | undefined {
  const [first = ''] = path.split('.');
  return scopes.findLast(({ data }) => Object.hasOwn(data, first));
}

function fullName(path: string, scopes: readonly Scope[]): string {
  return `${scopeOf(path, scopes)?.prefix ?? ''}${path}`;
}

function valueAt(path: string, scopes: readonly Scope[]): DataValue {
  return lookUp(
    path,
    scopes.map(({ data }) => data),
  );
}

function insideOf(value: DataValue): Data | undefined {
  if (typeof value !== 'object') return undefined;
  return Array.isArray(value) ? (value as readonly Data[])[0] : (value as Data);
}

function unknown(at: number, path: string, scopes: readonly Scope[]): Flaw {
  const near = nearest(
    path,
    scopes.flatMap(({ data }) => namesIn(data)),
  );
  const what = `nothing is called {{${path}}} here`;
  return {
    at,
    what,
    remedy:
      near === undefined
        ? 'see the list of names in deploy/templates/README.md'
        : `did you mean {{${near}}}?`,
  };
}

function namesIn(data: Data): string[] {
  return Object.entries(data).flatMap(([name, value]) => {
    if (typeof value !== 'object' || Array.isArray(value)) return [name];
    return [name, ...namesIn(value as Data).map((inner) => `${name}.${inner}`)];
  });
}

/** The name that is most alike, if any is at all. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((one) => ({ one, distance: distance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, name.length / 2) ? best.one : undefined;
}

/** Levenshtein's: how many letters have to be changed, put in or taken out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
