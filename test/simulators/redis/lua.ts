/**
 * Lua 5.1 as Redis runs it, made into JavaScript once for each script: what stores send is what is run, at the speed of
 * the engine. Only what a script can do there is known; `goto`, coroutines and metatables are not.
 */
import luaparse from 'luaparse';
import { runtime } from './lua-runtime.ts';
import type { LuaTable, LuaValue } from './lua-table.ts';

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** A script that was made ready: given its globals it answers what it returns. */
export type Compiled = (globals: LuaTable) => LuaValue[];

export function compile(lua: string): Compiled {
  const tree = luaparse.parse(lua, {
    luaVersion: '5.1',
    encodingMode: 'pseudo-latin1',
    comments: false,
  }) as unknown as { body: Node[] };
  const body = new Writer().block(tree.body, new Scope());
  const make = new Function('G', 'R', `"use strict";${body}\nreturn R.none;`);
  return (globals) => make(globals, runtime) as LuaValue[];
}

class Scope {
  readonly names = new Map<string, string>();
  readonly outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  find(name: string): string | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }
}

class Writer {
  #count = 0;

  block(body: readonly Node[], scope: Scope): string {
    return body.map((node) => this.#statement(node, scope)).join('\n');
  }

  #declare(name: string, scope: Scope): string {
    this.#count += 1;
    const made = `${name === '...' ? 'rest' : name}$${this.#count}`;
    scope.names.set(name, made);
    return made;
  }

  #fresh(): string {
    this.#count += 1;
    return `$${this.#count}`;
  }

  #inner(body: unknown, scope: Scope): string {
    return `{${this.block(body as Node[], new Scope(scope))}}`;
  }

  #statement(node: Node, scope: Scope): string {
    switch (node.type) {
      case 'LocalStatement':
        return this.#local(node, scope);
      case 'AssignmentStatement':
        return this.#assignment(node, scope);
      case 'CallStatement':
        return `${this.#many(node.expression as Node, scope)};`;
      case 'FunctionDeclaration':
        return this.#declaration(node, scope);
      case 'ReturnStatement':
        return `return ${this.#list(node.arguments as Node[], scope)};`;
      case 'IfStatement':
        return (node.clauses as Node[])
          .map((clause) => {
            const body = this.#inner(clause.body, scope);
            return clause.type === 'ElseClause'
              ? body
              : `if(${this.#test(clause.condition as Node, scope)})${body}`;
          })
          .join('else ');
      case 'WhileStatement':
        return `while(${this.#test(node.condition as Node, scope)})${this.#inner(node.body, scope)}`;
      case 'RepeatStatement': {
        const inside = new Scope(scope);
        const body = this.block(node.body as Node[], inside);
        return `for(;;){${body}\nif(${this.#test(node.condition as Node, inside)})break;}`;
      }
      case 'ForNumericStatement':
        return this.#counting(node, scope);
      case 'ForGenericStatement':
        return this.#walking(node, scope);
      case 'DoStatement':
        return this.#inner(node.body, scope);
      case 'BreakStatement':
        return 'break;';
      default:
        throw new Error(`the simulated Redis does not know Lua's ${node.type}`);
    }
  }

  #local(node: Node, scope: Scope): string {
    const [variables, init] = [node.variables as Node[], node.init as Node[]];
    const names = variables.map(({ name }) => String(name));
    const one = init[0];
    if (names.length === 1 && init.length <= 1) {
      const value = one === undefined ? 'undefined' : this.#one(one, scope);
      return `let ${this.#declare(names[0] ?? '', scope)}=${value};`;
    }
    const values = this.#list(init, scope);
    return `let [${names.map((name) => this.#declare(name, scope)).join(',')}]=${values};`;
  }

  #assignment(node: Node, scope: Scope): string {
    const [variables, init] = [node.variables as Node[], node.init as Node[]];
    if (variables.length === 1 && init.length === 1)
      return this.#store(variables[0] as Node, this.#one(init[0] as Node, scope), scope);
    const held = this.#fresh();
    const stores = variables.map((variable, i) => this.#store(variable, `${held}[${i}]`, scope));
    return `{const ${held}=${this.#list(init, scope)};${stores.join('')}}`;
  }

  #store(variable: Node, value: string, scope: Scope): string {
    if (variable.type === 'Identifier') {
      const name = scope.find(String(variable.name));
      return name === undefined ? `G.set(${JSON.stringify(variable.name)},${value});` : `${name}=${value};`;
    }
    return `R.put(${this.#one(variable.base as Node, scope)},${this.#key(variable, scope)},${value});`;
  }

  #key(node: Node, scope: Scope): string {
    if (node.type === 'MemberExpression') return JSON.stringify((node.identifier as Node).name);
    return this.#one(node.index as Node, scope);
  }

  #declaration(node: Node, scope: Scope): string {
    const named = node.identifier as Node;
    if (node.isLocal) {
      // Known in its own body.
      const name = this.#declare(String(named.name), scope);
      return `let ${name};${name}=${this.#function(node, scope)};`;
    }
    return this.#store(named, this.#function(node, scope), scope);
  }

  #function(node: Node, scope: Scope): string {
    const inside = new Scope(scope);
    const parameters = (node.parameters as Node[]).map((parameter) =>
      parameter.type === 'VarargLiteral'
        ? `...${this.#declare('...', inside)}`
        : this.#declare(String(parameter.name), inside),
    );
    return `((${parameters.join(',')})=>{${this.block(node.body as Node[], inside)}\nreturn R.none;})`;
  }

  #counting(node: Node, scope: Scope): string {
    const inside = new Scope(scope);
    const [at, to, by] = [this.#fresh(), this.#fresh(), this.#fresh()];
    const [start, end] = [this.#one(node.start as Node, scope), this.#one(node.end as Node, scope)];
    const step = node.step === null ? '1' : this.#one(node.step as Node, scope);
    const name = this.#declare(String((node.variable as Node).name), inside);
    const body = this.block(node.body as Node[], inside);
    return (
      `{const ${to}=R.n(${end}),${by}=R.n(${step});` +
      `for(let ${at}=R.n(${start});${by}>0?${at}<=${to}:${at}>=${to};${at}+=${by}){let ${name}=${at};${body}}}`
    );
  }

  #walking(node: Node, scope: Scope): string {
    const inside = new Scope(scope);
    const [held, state, control, values] = [this.#fresh(), this.#fresh(), this.#fresh(), this.#fresh()];
    const iterators = this.#list(node.iterators as Node[], scope);
    const names = (node.variables as Node[]).map(({ name }) => this.#declare(String(name), inside));
    const body = this.block(node.body as Node[], inside);
    return (
      `{let [${held},${state},${control}]=${iterators};` +
      `for(;;){const ${values}=R.call(${held},${state},${control});let [${names.join(',')}]=${values};` +
      `if(${names[0]}===undefined)break;${control}=${names[0]};${body}}}`
    );
  }

  /** Code for an array of all values of these expressions, the last one's spread. */
  #list(nodes: readonly Node[], scope: Scope): string {
    const last = nodes.at(-1);
    if (last === undefined) return 'R.none';
    if (nodes.length === 1 && isMany(last)) return this.#many(last, scope);
    return `[${this.#arguments(nodes, scope)}]`;
  }

  #arguments(nodes: readonly Node[], scope: Scope): string {
    return nodes
      .map((node, i) =>
        i === nodes.length - 1 && isMany(node) ? `...${this.#many(node, scope)}` : this.#one(node, scope),
      )
      .join(',');
  }

  /** Code for the array of the values of a call or of `...`. */
  #many(node: Node, scope: Scope): string {
    switch (node.type) {
      case 'VarargLiteral':
        return scope.find('...') ?? 'R.none';
      case 'StringCallExpression':
        return `R.call(${this.#one(node.base as Node, scope)},${this.#one(node.argument as Node, scope)})`;
      case 'TableCallExpression':
        return `R.call(${this.#one(node.base as Node, scope)},${this.#one(node.arguments as Node, scope)})`;
      default: {
        const base = node.base as Node;
        const given = this.#arguments(node.arguments as Node[], scope);
        if (base.type === 'MemberExpression' && base.indexer === ':') {
          const name = JSON.stringify((base.identifier as Node).name);
          return `R.method(${this.#one(base.base as Node, scope)},${name},G.get("string"),${given})`;
        }
        return `R.call(${this.#one(base, scope)},${given})`;
      }
    }
  }

  /** Code for one value. */
  #one(node: Node, scope: Scope): string {
    switch (node.type) {
      case 'NilLiteral':
        return 'undefined';
      case 'BooleanLiteral':
      case 'NumericLiteral':
        return String(node.value);
      case 'StringLiteral':
        return JSON.stringify(node.value);
      case 'Identifier':
        return scope.find(String(node.name)) ?? `G.get(${JSON.stringify(node.name)})`;
      case 'MemberExpression':
      case 'IndexExpression':
        return `R.index(${this.#one(node.base as Node, scope)},${this.#key(node, scope)})`;
      case 'FunctionDeclaration':
        return this.#function(node, scope);
      case 'TableConstructorExpression':
        return this.#tableOf(node, scope);
      case 'UnaryExpression':
        return this.#unary(node, scope);
      case 'BinaryExpression':
        return this.#binary(node, scope);
      case 'LogicalExpression': {
        const [left, right] = [this.#one(node.left as Node, scope), this.#one(node.right as Node, scope)];
        return node.operator === 'and'
          ? `((v)=>R.t(v)?${right}:v)(${left})`
          : `((v)=>R.t(v)?v:${right})(${left})`;
      }
      default:
        if (isMany(node)) return `${this.#many(node, scope)}[0]`;
        throw new Error(`the simulated Redis does not know Lua's ${node.type}`);
    }
  }

  #tableOf(node: Node, scope: Scope): string {
    const fields = node.fields as Node[];
    if (fields.length === 0) return 'R.table()';
    let place = 0;
    const parts = fields.map((field, i) => {
      const value = field.value as Node;
      if (field.type === 'TableKey')
        return `t.set(${this.#one(field.key as Node, scope)},${this.#one(value, scope)});`;
      if (field.type === 'TableKeyString')
        return `t.set(${JSON.stringify((field.key as Node).name)},${this.#one(value, scope)});`;
      place += 1;
      if (i === fields.length - 1 && isMany(value)) return `R.fill(t,${place},${this.#many(value, scope)});`;
      return `t.set(${place},${this.#one(value, scope)});`;
    });
    return `((t)=>{${parts.join('')}return t;})(R.table())`;
  }

  #unary(node: Node, scope: Scope): string {
    const operand = node.argument as Node;
    if (node.operator === 'not') return `!${this.#test(operand, scope)}`;
    const value = this.#one(operand, scope);
    return node.operator === '#' ? `R.length(${value})` : `(-R.n(${value}))`;
  }

  #binary(node: Node, scope: Scope): string {
    const [left, right] = [this.#one(node.left as Node, scope), this.#one(node.right as Node, scope)];
    switch (node.operator) {
      case '==':
        return `(${left}===${right})`;
      case '~=':
        return `(${left}!==${right})`;
      case '<':
        return `R.less(${left},${right})`;
      case '>':
        return `R.less(${right},${left})`;
      case '<=':
        return `R.notMore(${left},${right})`;
      case '>=':
        return `R.notMore(${right},${left})`;
      case '..':
        return `R.join(${left},${right})`;
      case '%':
        return `R.mod(R.n(${left}),R.n(${right}))`;
      case '^':
        return `(R.n(${left})**R.n(${right}))`;
      default:
        return `(R.n(${left})${node.operator}R.n(${right}))`;
    }
  }

  /** Code for whether a value is true, as JavaScript has it. */
  #test(node: Node, scope: Scope): string {
    if (node.type === 'LogicalExpression') {
      const sign = node.operator === 'and' ? '&&' : '||';
      return `(${this.#test(node.left as Node, scope)}${sign}${this.#test(node.right as Node, scope)})`;
    }
    return `R.t(${this.#one(node, scope)})`;
  }
}

function isMany({ type }: Node): boolean {
  return ['CallExpression', 'StringCallExpression', 'TableCallExpression', 'VarargLiteral'].includes(type);
}
