/** A pipeline of Go's text/template as terms: `default .Chart.Name .Values.name | trunc 63`. */

export type Term =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'dot'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | {
      readonly kind: 'pipeline';
      readonly commands: readonly (readonly Term[])[];
      readonly fields: readonly string[];
    };

const token =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*")|(?<raw>`[^`]*`)|(?<number>-?\d+(?:\.\d+)?)|(?<variable>\$\w*)(?<of>(?:\.\w+)*)|(?<fields>(?:\.\w+)+|\.)|(?<word>[A-Za-z_]\w*)|(?<sign>[()|]))/y;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null };

/** @throws Error for what is none */
export function parsePipeline(code: string): readonly (readonly Term[])[] {
  let at = 0;
  const next = () => {
    token.lastIndex = at;
    const found = token.exec(code)?.groups;
    if (found !== undefined) at = token.lastIndex;
    return found;
  };
  const commands = (isInner: boolean): readonly (readonly Term[])[] => {
    const all: Term[][] = [[]];
    for (;;) {
      if (code.slice(at).trim() === '' && !isInner) break;
      const found = next();
      if (found === undefined) throw new Error(`unexpected in a pipeline: ${code.slice(at)}`);
      if (found.sign === ')' && isInner) break;
      if (found.sign === ')') throw new Error(`a bracket too many: ${code}`);
      if (found.sign === '|') all.push([]);
      else all.at(-1)?.push(found.sign === '(' ? inBrackets() : termOf(found));
    }
    return all;
  };
  const inBrackets = (): Term => {
    const inner = commands(true);
    const after = /^(?:\.\w+)+/.exec(code.slice(at))?.[0] ?? '';
    at += after.length;
    return { kind: 'pipeline', commands: inner, fields: fieldsIn(after) };
  };
  return commands(false);
}

function termOf(found: Readonly<Record<string, string | undefined>>): Term {
  const { text, raw, number, variable, of = '', fields, word } = found;
  if (text !== undefined) return { kind: 'literal', value: JSON.parse(text) };
  if (raw !== undefined) return { kind: 'literal', value: raw.slice(1, -1) };
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  if (variable !== undefined) return { kind: 'variable', name: variable, fields: fieldsIn(of) };
  if (fields !== undefined) return { kind: 'dot', fields: fieldsIn(fields) };
  const value = words[word ?? ''];
  return value === undefined ? { kind: 'call', name: word ?? '' } : { kind: 'literal', value };
}

const fieldsIn = (text: string) => text.split('.').filter((name) => name !== '');
