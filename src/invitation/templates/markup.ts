/** Whether an HTML template is well nested, and lets no value of a user become markup, script or a link. */
import type { Flaw } from './template.ts';

const voids = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);
const forbidden = new Set(['script', 'iframe', 'object', 'embed', 'form', 'input', 'button', 'base', 'link']);
/** What all of Outlook's editors keep in an invitation. */
const inBlocks = new Set(['p', 'b', 'strong', 'i', 'em', 'u', 'a', 'br', 'span', 'bdi']);

/** What is open at the end is taken whole, and by a branch of its own, or every `<!` in it would be tried to the end. */
const token =
  /<!--(?:-?>|[\s\S]*?--!?>)|<!(?!--)[^>]*>|(<!--|<!)[\s\S]*|\{\{\s*([#^/])([^{}]*)\}\}|<(\/?)([a-z][a-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^"'<>])*)>|\{\{[^{}]*\}\}|</gi;

interface Opened {
  readonly name: string;
  readonly at: number;
  readonly isSection: boolean;
}

export function markupFlaws(source: string, use: 'mail' | 'block'): Flaw[] {
  const flaws: Flaw[] = [];
  const open: Opened[] = [];
  const close = (name: string, at: number, isSection: boolean) => {
    const last = open.at(-1);
    if (last?.name === name && last.isSection === isSection) {
      open.pop();
      return;
    }
    const what = `${shown(name, isSection, true)} closes nothing that is open here`;
    const remedy =
      last === undefined
        ? 'remove it'
        : `close ${shown(last.name, last.isSection)} first, in the order of opening`;
    flaws.push({ at, what, remedy });
    const index = open.findLastIndex((one) => one.name === name && one.isSection === isSection);
    // What it closes is taken for closed, and what stands within it for open still: one mistake is told once.
    if (index >= 0) open.splice(index, 1);
  };
  for (const found of source.matchAll(token)) {
    const [whole, unclosed, sign, path = '', slash, tag, attributes = ''] = found;
    const at = found.index;
    if (unclosed !== undefined) {
      const end = unclosed === '<!--' ? '-->' : '>';
      return [...flaws, { at, what: `${unclosed} is never closed`, remedy: `put ${end} where it ends` }];
    }
    if (sign !== undefined) {
      if (sign === '/') close(path.trim(), at, true);
      else open.push({ name: path.trim(), at, isSection: true });
    } else if (tag !== undefined) {
      const name = tag.toLowerCase();
      if (slash === '/') {
        close(name, at, false);
        continue;
      }
      if (forbidden.has(name) || (use === 'block' && !inBlocks.has(name))) {
        const remedy =
          use === 'block' ? `use nothing but ${[...inBlocks].join(', ')}` : 'remove it: mail programs do';
        flaws.push({ at, what: `<${name}> does not survive`, remedy });
      }
      flaws.push(...attributeFlaws(attributes, at));
      if (!voids.has(name)) open.push({ name, at, isSection: false });
    } else if (whole === '<') {
      flaws.push({
        at,
        what: 'a < that begins no tag',
        remedy: 'write &lt;, or close the tag and its quotes',
      });
    } else if (whole.startsWith('{{') && open.at(-1)?.name === 'style') {
      const remedy = 'write the style out: what is escaped for HTML is not safe in a style sheet';
      flaws.push({ at, what: `${whole} stands in a style sheet`, remedy });
    }
  }
  for (const { name, at, isSection } of open) {
    if (isSection) continue;
    flaws.push({ at, what: `<${name}> is never closed`, remedy: `put </${name}> where it ends` });
  }
  return flaws;
}

function shown(name: string, isSection: boolean, isClosing = false): string {
  if (isSection) return `{{${isClosing ? '/' : '#'}${name}}}`;
  return `<${isClosing ? '/' : ''}${name}>`;
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?/g;
/** Values that are links already, with a scheme that is safe. */
const link =
  /^(?:\{\{\s*(?:help\.link|link|(?:joining\.)?addressLink)\s*\}\}|(?:https?:\/\/|sip:|tel:|mailto:)\S*)$/;

function attributeFlaws(attributes: string, at: number): Flaw[] {
  return [...attributes.matchAll(attribute)].flatMap(([whole, name = '', raw = '']): Flaw[] => {
    const lower = name.toLowerCase();
    const value = /^["']/.test(raw) ? raw.slice(1, -1) : raw;
    const hasValue = value.includes('{{');
    if (lower.startsWith('on')) {
      return [{ at, what: `${name} is a script`, remedy: 'remove it: mail programs run none' }];
    }
    if (name.includes('{{') || (hasValue && value === raw)) {
      return [{ at, what: `${whole} is not in quotes`, remedy: 'write name="{{value}}"' }];
    }
    if (['href', 'src', 'background', 'action'].includes(lower)) {
      const isSafe = hasValue ? link.test(value.trim()) : !/^\s*(javascript|data|vbscript):/i.test(value);
      const remedy = 'link to {{addressLink}}, {{link}} or {{help.link}}, or write https:// before the value';
      return isSafe ? [] : [{ at, what: `${whole} could lead anywhere`, remedy }];
    }
    if (lower === 'style' && hasValue) {
      const remedy = 'write the style out, or use dir="{{direction}}"';
      return [{ at, what: 'a value stands in a style', remedy }];
    }
    return [];
  });
}
