/** HTML as mail programs write it: its lines as a reader sees them, and how a part is cut out with its tags in balance. */
import { decodeEntities } from './entities.ts';

/** No value reaches beyond the next tag, so that one that never ends is given up at once. */
const attributes = `[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*`;
/** A comment that is never closed reaches to the end, so that no other is looked for. */
const tagOrComment = new RegExp(
  String.raw`<!--[^]*?(?:-->|$)|<(\/?)([a-z][^\s\/<>]*)(?=[\s\/>])${attributes}>`,
  'gi',
);
const oneTag = new RegExp(String.raw`^<(\/?)([a-z][^\s\/<>"']*)(?=[\s\/>])${attributes}>$`, 'i');

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const voids = words('area base br col embed hr img input link meta param source track wbr');
const blocks = words(
  'address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html ' +
    'li main nav ol p pre section table tbody td tfoot th thead tr ul',
);
/** Elements that may hold a division beside others. */
const containers = words('article blockquote body center div form html li main section td th');
/** Parts that leave a hole when they alone are taken out. */
const parts = words('caption dd dt li tbody td tfoot th thead tr');
const outermost = words('body head html');

interface Tag {
  readonly name: string;
  readonly isClose: boolean;
  readonly text: string;
}

/** A line as a reader sees it, and where it stands in the content. */
export interface Line {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The lines of a part that have any text, white space collapsed; a cell follows its neighbour as a value its label. */
export function* htmlLines(html: string, from: number, to: number): Generator<Line> {
  let line: Line | undefined;
  let gap: Gap = 'none';
  let last = '';
  for (const { raw, at, name, isClose } of pieces(html.slice(from, to))) {
    const text = decodeEntities(raw).replace(/\s+/g, ' ');
    if (text.trim() !== '') {
      if (line !== undefined && (gap === 'line' || gap === 'row')) {
        yield { ...line, text: line.text.trim() };
        line = undefined;
      }
      const colon = gap !== 'cell' || line === undefined ? '' : /[:：]\s*$/.test(last) ? ' ' : ': ';
      const first = from + at + raw.search(/\S/);
      line = {
        text: (line?.text ?? '') + colon + text,
        from: line?.from ?? first,
        to: from + at + raw.trimEnd().length,
      };
      last = text;
      gap = 'none';
    } else if (line !== undefined && text !== '') line = { ...line, text: `${line.text} ` };
    gap = wider(gap, name, isClose);
  }
  if (line !== undefined) yield { ...line, text: line.text.trim() };
}

/** What stands between two texts. */
type Gap = 'none' | 'line' | 'cell' | 'row';

function wider(gap: Gap, name: string, isClose: boolean): Gap {
  if (name === 'tr' || name === 'table' || gap === 'row') return 'row';
  if ((name === 'td' || name === 'th') && !isClose) return 'cell';
  return gap === 'none' && (name === 'br' || blocks.has(name)) ? 'line' : gap;
}

/** Each text with the tag behind it; the last with none. */
function* pieces(part: string): Generator<{ raw: string; at: number; name: string; isClose: boolean }> {
  let at = 0;
  for (const { 0: token, 1: slash, 2: name = '', index } of part.matchAll(tagOrComment)) {
    yield { raw: part.slice(at, index), at, name: name.toLowerCase(), isClose: slash === '/' };
    at = index + token.length;
  }
  yield { raw: part.slice(at), at, name: '', isClose: false };
}

/** What is taken out, and which tags of it stay because their other half is the reader's. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly closes: string;
  readonly opens: string;
}

/**
 * The part from `from` to `to`, with the elements around it that hold nothing else. Only what stands beside it is
 * looked at: whatever is wrong elsewhere in the document changes nothing.
 */
export function cutOf(html: string, from: number, to: number): Cut {
  const { closes, opens } = halves(html.slice(from, to));
  let cut = { from, to };
  let sound = cut;
  let closed = 0;
  let left = tagBefore(html, from);
  let right = tagAfter(html, to);
  for (;;) {
    const close = closes[closed];
    const open = opens.at(-1);
    if (close !== undefined && left !== undefined && isPair(left.tag, close)) {
      closed += 1;
      cut = { ...cut, from: left.at };
      left = tagBefore(html, cut.from);
    } else if (open !== undefined && right !== undefined && isPair(open, right.tag)) {
      opens.pop();
      cut = { ...cut, to: right.at };
      right = tagAfter(html, cut.to);
    } else if (close === undefined && open === undefined && left && right && isPair(left.tag, right.tag)) {
      const { name } = left.tag;
      cut = { from: left.at, to: right.at };
      left = tagBefore(html, cut.from);
      right = tagAfter(html, cut.to);
      if (parts.has(name)) continue;
    } else break;
    sound = cut;
  }
  const texts = (tags: readonly Tag[]) => tags.map(({ text }) => text).join('');
  return { ...sound, closes: texts(closes.slice(closed)), opens: texts(opens) };
}

/** Tags of a part whose other half stands outside of it: first ends, then beginnings. */
function halves(part: string): { closes: Tag[]; opens: Tag[] } {
  const closes: Tag[] = [];
  const opens: Tag[] = [];
  const open = new Map<string, number>();
  if (!part.includes('<')) return { closes, opens };
  for (const [text, slash, word] of part.matchAll(tagOrComment)) {
    const name = word?.toLowerCase();
    if (name === undefined || voids.has(name)) continue;
    const isClose = slash === '/';
    const count = open.get(name) ?? 0;
    if (!isClose) {
      opens.push({ name, isClose, text });
      open.set(name, count + 1);
    } else if (count === 0) closes.push({ name, isClose, text });
    else {
      for (let inner = opens.pop(); inner !== undefined; inner = opens.pop()) {
        open.set(inner.name, (open.get(inner.name) ?? 1) - 1);
        if (inner.name === name) break;
      }
    }
  }
  return { closes, opens };
}

function isPair(open: Tag, close: Tag): boolean {
  return !open.isClose && close.isClose && open.name === close.name && !outermost.has(open.name);
}

/** No tag that a mail program writes is longer; looking further back would take its time in every block. */
const longestTag = 2_048;
/** What editors leave behind a line without meaning anything by it. */
const filler = /(?:[ \t\r\n\f]+|<(o:p|span)\b[^<>]*>(?:\s|&nbsp;)*<\/\1>|<br\b[^<>]*>)*/iy;
const nextTag = /<[^<>]*>/y;

function tagBefore(html: string, end: number): { tag: Tag; at: number } | undefined {
  const first = Math.max(0, end - longestTag);
  let last = end - 1;
  while (last > first && isSpace(html, last)) last -= 1;
  if (html[last] !== '>') return undefined;
  const window = html.slice(first, last + 1);
  const at = window.lastIndexOf('<');
  const tag = at === -1 ? undefined : parseTag(window.slice(at));
  return tag === undefined ? undefined : { tag, at: first + at };
}

function tagAfter(html: string, start: number): { tag: Tag; at: number } | undefined {
  if (html[start] !== '<' && !isSpace(html, start)) return undefined;
  filler.lastIndex = start;
  nextTag.lastIndex = start + (filler.exec(html)?.[0].length ?? 0);
  const tag = parseTag(nextTag.exec(html)?.[0] ?? '');
  return tag?.isClose ? { tag, at: nextTag.lastIndex } : undefined;
}

function isSpace(html: string, at: number): boolean {
  const char = html[at];
  return char === ' ' || char === '\n' || char === '\r' || char === '\t' || char === '\f';
}

function parseTag(text: string): Tag | undefined {
  const [, slash, name] = oneTag.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), isClose: slash === '/', text };
}

/** Whether a division may stand here: behind a block, or first in an element that holds blocks. */
export function mayHoldBlock(html: string, at: number): boolean {
  const before = html.slice(Math.max(0, at - longestTag), at);
  if (before.trim() === '') return at <= longestTag;
  const last = tagBefore(html, at)?.tag;
  if (last === undefined) return false;
  return last.isClose ? blocks.has(last.name) && !parts.has(last.name) : containers.has(last.name);
}

const leading = new RegExp(String.raw`^(?:\s*<(?:${[...blocks].join('|')})(?=[\s>])${attributes}>)*`, 'i');
const trailing = new RegExp(String.raw`(?:</(?:${[...blocks].join('|')})\s*>\s*)*$`, 'i');

/** The fragment with a mark before its first words and one behind its last, inside the paragraphs that these are in. */
export function betweenMarks(html: string, start: string, end: string): string {
  const first = leading.exec(html)?.[0].length ?? 0;
  const last = trailing.exec(html)?.index ?? html.length;
  return (
    html.slice(0, first) +
    start +
    html.slice(first, Math.max(first, last)) +
    end +
    html.slice(Math.max(first, last))
  );
}
