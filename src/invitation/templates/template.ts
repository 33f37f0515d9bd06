/** A template of an administrator or of ours, read and filled: sections, values, and nothing that computes. */
import { escapeHtml } from '../block.ts';
import { isolateEnd, isolateStart } from '../telling/foreign.ts';

export type Format = 'html' | 'text';

export type DataValue = string | Data | readonly Data[] | undefined;
/** What a template may name. */
export type Data = { readonly [name: string]: DataValue };

/** Where in HTML a value stands, for there it must be written differently. */
export type Place = 'content' | 'attribute' | 'title';

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly path: string; readonly at: number; readonly place: Place }
  | {
      readonly kind: 'section';
      readonly path: string;
      readonly at: number;
      /** Shown where there is nothing of that name. */
      readonly isInverted: boolean;
      readonly nodes: readonly Node[];
    };

/** `at`: where in the source, in characters. */
export interface Flaw {
  readonly at: number;
  readonly what: string;
  readonly remedy: string;
}

export interface Template {
  readonly format: Format;
  readonly source: string;
  readonly nodes: readonly Node[];
}

interface OpenSection {
  readonly path: string;
  readonly at: number;
  readonly isInverted: boolean;
  readonly nodes: Node[];
}

/** A section's tag that is alone on its line leaves no empty line behind. */
const tag =
  /(?<=^|\n)[ \t]*\{\{\s*([#^/!])([^{}]*)\}\}[ \t]*(?:\r?\n|$)|\{\{(\{?)(?:\s*([#^/!&]))?([^{}]*)\}?\}\}/g;

export function parseTemplate(source: string, format: Format): { template: Template; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const root: Node[] = [];
  const open: OpenSection[] = [];
  let end = 0;
  const nodes = () => open.at(-1)?.nodes ?? root;
  const addText = (text: string) => {
    if (text !== '') nodes().push({ kind: 'text', text });
  };
  for (const found of source.matchAll(tag)) {
    const [whole, loneSign, loneName, extraBrace, sign = '', name = ''] = found;
    const at = found.index + whole.indexOf('{');
    addText(source.slice(end, found.index));
    end = found.index + whole.length;
    const path = (loneName ?? name).trim();
    const kind = loneSign ?? sign;
    if (extraBrace === '{' || kind === '&') {
      flaws.push({
        at,
        what: `${whole} would write a value without escaping it`,
        remedy: `write {{${path}}}`,
      });
    } else if (kind === '#' || kind === '^') {
      open.push({ path, at, isInverted: kind === '^', nodes: [] });
    } else if (kind === '/') {
      const last = open.at(-1);
      if (last?.path === path) {
        open.pop();
        nodes().push({ kind: 'section', ...last });
      } else {
        flaws.push(strayEnd(path, at, last));
        const index = open.findLastIndex((one) => one.path === path);
        if (index >= 0) open.splice(index, 1);
      }
    } else if (kind === '') {
      nodes().push({ kind: 'value', path, at, place: placeAt(source, at) });
    }
  }
  addText(source.slice(end));
  for (const { path, at } of open) {
    flaws.push({ at, what: `{{#${path}}} is never closed`, remedy: `put {{/${path}}} where it ends` });
  }
  return { template: { format, source, nodes: root }, flaws };
}

function strayEnd(path: string, at: number, open: OpenSection | undefined): Flaw {
  const what = `{{/${path}}} closes nothing that is open here`;
  const remedy =
    open === undefined ? 'remove it, or open the section before' : `close {{#${open.path}}} first`;
  return { at, what, remedy };
}

function placeAt(source: string, at: number): Place {
  const before = source.slice(Math.max(0, at - 2000), at).replace(/<!--[\s\S]*?-->/g, '');
  if (before.lastIndexOf('<') > before.lastIndexOf('>')) return 'attribute';
  return /<title\b[^<]*$/i.test(before) ? 'title' : 'content';
}

/** Every value is escaped where the template is HTML. Text gets the line ends of mail. */
export function fill({ format, nodes }: Template, data: Data): string {
  const text = fillNodes(nodes, [data], format);
  return format === 'html' ? text : text.replace(/\r?\n/g, '\r\n');
}

function fillNodes(nodes: readonly Node[], scopes: readonly Data[], format: Format): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      const value = lookUp(node.path, scopes);
      if (node.kind === 'value') return written(typeof value === 'string' ? value : '', node.place, format);
      if (node.isInverted) return isNothing(value) ? fillNodes(node.nodes, scopes, format) : '';
      if (isNothing(value)) return '';
      return inside(value)
        .map((data) => fillNodes(node.nodes, [...scopes, data], format))
        .join('');
    })
    .join('');
}

/** What a section is shown for: each of a list; once, with its names, for anything else that is there. */
function inside(value: DataValue): readonly Data[] {
  if (isList(value)) return value;
  return [typeof value === 'object' ? value : {}];
}

function isList(value: DataValue): value is readonly Data[] {
  return Array.isArray(value);
}

function isNothing(value: DataValue): boolean {
  return value === undefined || value === '' || (isList(value) && value.length === 0);
}

/** The innermost section that knows the first of the names decides. */
export function lookUp(path: string, scopes: readonly Data[]): DataValue {
  const [first = '', ...rest] = path.split('.');
  let value = scopes.findLast((scope) => Object.hasOwn(scope, first))?.[first];
  for (const name of rest) {
    if (typeof value !== 'object' || isList(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function written(value: string, place: Place, format: Format): string {
  if (format === 'text') return value;
  const escaped = escapeHtml(value);
  return place === 'content'
    ? escaped.replaceAll(isolateStart, '<bdi>').replaceAll(isolateEnd, '</bdi>')
    : escaped.replaceAll(isolateStart, '').replaceAll(isolateEnd, '');
}
