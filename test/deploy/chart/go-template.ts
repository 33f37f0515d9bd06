/**
 * As much of Go's text/template as our chart uses, for Helm itself is not to be had where tests run. It knows no more than it
 * has to and refuses what it does not know; a field of nothing is an error, as it is to Helm.
 */
import { parsePipeline, type Term } from './pipeline.ts';

type Value = unknown;
export type Functions = Readonly<Record<string, (...args: Value[]) => Value>>;
type Variables = Map<string, Value>;

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with' | 'range'; readonly branches: readonly Branch[] };
interface Branch {
  /** Undefined for `else`. */
  readonly pipeline: Pipeline | undefined;
  readonly body: readonly Node[];
}
interface Pipeline {
  readonly variables: readonly string[];
  readonly isNew: boolean;
  /** Each given what the one before came to as its last argument. */
  readonly commands: readonly (readonly Term[])[];
}

/** The templates of a chart: what `define` names is known to all of them. */
export class Templates {
  readonly #named = new Map<string, readonly Node[]>();
  readonly #functions: Functions;

  constructor(functions: Functions) {
    this.#functions = {
      ...functions,
      include: (name, data) => this.#execute(this.#named.get(String(name)), String(name), data),
    };
  }

  /** What is to be printed outside of definitions, under the name. */
  add(name: string, text: string): void {
    const actions = split(text);
    this.#named.set(name, this.#parse(actions, ['']));
  }

  render(name: string, data: Value): string {
    return this.#execute(this.#named.get(name), name, data);
  }

  #execute(nodes: readonly Node[] | undefined, name: string, data: Value): string {
    if (nodes === undefined) throw new Error(`no template ${name}`);
    return this.#print(nodes, data, new Map([['$', data]]));
  }

  /** Until one of these words, which is taken too. */
  #parse(actions: Action[], until: readonly string[]): readonly Node[] {
    const nodes: Node[] = [];
    for (let action = actions.shift(); action !== undefined; action = actions.shift()) {
      const [, word = '', rest = ''] = /^(\w*)\s*([\s\S]*)$/.exec(action.code ?? '') ?? [];
      if (action.text !== undefined) nodes.push({ kind: 'text', text: action.text });
      else if (word === 'end' || word === 'else') {
        if (!until.includes(word)) throw new Error(`unexpected ${word}`);
        actions.unshift(action);
        return nodes;
      } else if (word === 'define') {
        const name: string = JSON.parse(rest);
        this.#named.set(name, this.#parse(actions, ['end']));
        actions.shift();
      } else if (word === 'if' || word === 'with' || word === 'range')
        nodes.push({ kind: word, branches: this.#branches(actions, rest, word) });
      else nodes.push({ kind: 'print', pipeline: pipelineOf(action.code ?? '') });
    }
    if (!until.includes('')) throw new Error(`${until.join(' or ')} is missing`);
    return nodes;
  }

  #branches(actions: Action[], first: string, word: string): readonly Branch[] {
    const branches: Branch[] = [{ pipeline: pipelineOf(first), body: this.#parse(actions, ['else', 'end']) }];
    for (let code = actions.shift()?.code; code !== 'end'; code = actions.shift()?.code) {
      const [, condition] = /^else(?:\s+if\s+([\s\S]+))?$/.exec(code ?? '') ?? [];
      if (condition !== undefined && word !== 'if') throw new Error(`else if in ${word}`);
      const pipeline = condition === undefined ? undefined : pipelineOf(condition);
      branches.push({ pipeline, body: this.#parse(actions, ['else', 'end']) });
    }
    return branches;
  }

  #print(nodes: readonly Node[], dot: Value, outer: Variables): string {
    const variables = new Map(outer);
    return nodes
      .map((node) => {
        if (node.kind === 'text') return node.text;
        if (node.kind !== 'print') return this.#choose(node, dot, variables);
        const value = this.#evaluate(node.pipeline, dot, variables);
        return node.pipeline.variables.length > 0 ? '' : printed(value);
      })
      .join('');
  }

  #choose(
    { kind, branches }: Exclude<Node, { kind: 'text' | 'print' }>,
    dot: Value,
    outer: Variables,
  ): string {
    for (const { pipeline, body } of branches) {
      const variables = new Map(outer);
      const value = pipeline === undefined ? undefined : this.#evaluate(pipeline, dot, variables);
      if (pipeline !== undefined && !isTrue(value)) continue;
      if (kind !== 'range' || pipeline === undefined)
        return this.#print(body, kind === 'with' && pipeline !== undefined ? value : dot, variables);
      const entries = Array.isArray(value)
        ? [...value.entries()]
        : Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1));
      return entries
        .map(([key, item]) => {
          const names = pipeline.variables;
          if (names.length === 2) variables.set(names[0] ?? '', key);
          if (names.length > 0) variables.set(names.at(-1) ?? '', item);
          return this.#print(body, item, variables);
        })
        .join('');
    }
    return '';
  }

  #evaluate({ commands, variables: names, isNew }: Pipeline, dot: Value, variables: Variables): Value {
    let value: Value;
    for (const [index, command] of commands.entries()) {
      const [head, ...args] = command;
      if (head === undefined) throw new Error('an empty command');
      const piped = index === 0 ? [] : [value];
      value =
        head.kind === 'call'
          ? this.#call(head.name, [...args.map((term) => this.#value(term, dot, variables)), ...piped])
          : this.#alone(head, [...args, ...piped], dot, variables);
    }
    for (const name of names) {
      if (!isNew && !variables.has(name)) throw new Error(`${name} is not declared`);
      variables.set(name, value);
    }
    return value;
  }

  #alone(term: Term, more: readonly Value[], dot: Value, variables: Variables): Value {
    if (more.length > 0) throw new Error('an argument to what is no function');
    return this.#value(term, dot, variables);
  }

  #call(name: string, args: readonly Value[]): Value {
    const call = this.#functions[name];
    if (call === undefined) throw new Error(`function "${name}" not defined`);
    return call(...args);
  }

  #value(term: Term, dot: Value, variables: Variables): Value {
    switch (term.kind) {
      case 'literal':
        return term.value;
      case 'call':
        return this.#call(term.name, []);
      case 'pipeline':
        return fieldsOf(this.#evaluate(plain(term.commands), dot, variables), term.fields);
      case 'dot':
        return fieldsOf(dot, term.fields);
      case 'variable':
        if (!variables.has(term.name)) throw new Error(`undefined variable ${term.name}`);
        return fieldsOf(variables.get(term.name), term.fields);
    }
  }
}

const plain = (commands: Pipeline['commands']): Pipeline => ({ variables: [], isNew: false, commands });

function pipelineOf(code: string): Pipeline {
  const [, names = '', sign] = /^((?:\$\w+\s*,\s*)?\$\w+)\s*(:?=)(?!=)/.exec(code) ?? [];
  const rest = sign === undefined ? code : code.slice(code.indexOf('=') + 1);
  const variables = names === '' ? [] : names.split(',').map((name) => name.trim());
  return { variables, isNew: sign === ':=', commands: parsePipeline(rest) };
}

function fieldsOf(value: Value, fields: readonly string[]): Value {
  return fields.reduce((one, field) => {
    if (one === undefined || one === null) throw new Error(`nil pointer evaluating interface {}.${field}`);
    if (typeof one !== 'object') throw new Error(`can't evaluate field ${field} in a ${typeof one}`);
    return (one as Record<string, Value>)[field];
  }, value);
}

/** As Go sees it: nothing, zero, false and what is empty are not. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Objects are never meant to be printed. */
export function printed(value: Value): string {
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'object') throw new Error(`printed whole: ${JSON.stringify(value)}`);
  return String(value);
}

interface Action {
  readonly text?: string;
  readonly code?: string;
}

/** Text and actions in turn; what actions trim of the text beside them is gone. */
function split(template: string): Action[] {
  const actions: Action[] = [];
  const pattern =
    /\{\{(-(?=\s))?\s*(\/\*[\s\S]*?\*\/|(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`])*?)\s*((?<=\s)-)?\}\}/g;
  let from = 0;
  let trims = false;
  const addText = (text: string, trimsEnd: boolean) => {
    const start = trims ? text.trimStart() : text;
    const kept = trimsEnd ? start.trimEnd() : start;
    if (kept !== '') actions.push({ text: kept });
  };
  for (const found of template.matchAll(pattern)) {
    const [whole, before, code = '', after] = found;
    addText(template.slice(from, found.index), before !== undefined);
    if (!code.startsWith('/*')) actions.push({ code: code.trim() });
    trims = after !== undefined;
    from = found.index + whole.length;
  }
  addText(template.slice(from), false);
  return actions;
}
