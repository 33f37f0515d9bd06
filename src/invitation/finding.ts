/** Where joining blocks stand in a body, whole or in remains, by their marks first and by the id of their element second. */
import { type Cut, cutOf, htmlLines, type Line } from './html.ts';
import { findMarks, type Mark } from './marks.ts';
import { countDetails, readDetails } from './reading.ts';

export interface EventBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** A whole block: what is cut out to remove it, and its lines. */
export interface FoundBlock extends Cut {
  readonly lines: readonly string[];
}

export interface Findings {
  readonly blocks: readonly FoundBlock[];
  /** Marks that have lost their other half, with such lines beside them as are ours without doubt. */
  readonly remains: readonly Cut[];
  /** Our id, at elements around marks: one that stays when they are gone is no block, and must not be taken for one. */
  readonly ids: readonly Cut[];
}

export const blockId = 'roombridge-joining';
/** Outlook on the web puts `x_` before ids, again in each reply. */
const ourId = new RegExp(String.raw`\sid\s*=\s*(["']?)(?:x_)*${blockId}\1(?=[\s/>])`, 'i');

/** Takes time in proportion to the body's length, whatever it holds. */
export function findBlocks(body: EventBody): Findings {
  const marks = findMarks(body.contentType, body.content);
  const blocks: FoundBlock[] = [];
  const remains: Cut[] = [];
  let start: { mark: Mark; at: number } | undefined;
  const addRemains = (at: number) => {
    const cut = remainsOf(body, marks, at);
    if (cut !== undefined) remains.push(cut);
  };
  for (const [at, mark] of marks.entries()) {
    if (mark.kind === 'end' && start !== undefined && start.mark.isLine === mark.isLine) {
      const lines = Array.from(linesOf(body, start.mark.to, mark.from), ({ text }) => text);
      blocks.push({ ...cut(body, start.mark, mark), lines });
      start = undefined;
      continue;
    }
    if (mark.kind === 'end') addRemains(at);
    else {
      if (start !== undefined) addRemains(start.at);
      start = { mark, at };
    }
  }
  if (start !== undefined) addRemains(start.at);
  if (body.contentType === 'text') return { blocks, remains, ids: [] };
  const { elements, ids } = elementsOf(body, marks);
  return { blocks: [...blocks, ...elements].sort((a, b) => a.from - b.from), remains, ids };
}

function linesOf({ contentType, content }: EventBody, from: number, to: number): Generator<Line> {
  return contentType === 'html' ? htmlLines(content, from, to) : textLines(content, from, to);
}

function* textLines(content: string, from: number, to: number): Generator<Line> {
  for (const { 0: text, index } of content.slice(from, to).matchAll(/[^\r\n]+/g)) {
    if (text.trim() !== '') yield { text: text.trim(), from: from + index, to: from + index + text.length };
  }
}

function cut({ contentType, content }: EventBody, start: Mark, end: Mark): Cut {
  if (contentType === 'html') return cutOf(content, start.from, end.to);
  // The empty line before it is ours as well; where an editor has left less of it, nothing is known to be ours.
  const gap = /\r?\n\r?\n$/.exec(content.slice(Math.max(0, start.from - 4), start.from))?.[0].length ?? 0;
  const tail = end.isLine ? (/^\r?\n/.exec(content.slice(end.to, end.to + 2))?.[0].length ?? 0) : 0;
  return { from: start.from - gap, to: end.to + tail, closes: '', opens: '' };
}

/**
 * A mark that is alone. Behind a start the lines that tell the number are ours without doubt: they end as they were
 * written (a word stuck to one without a blank cannot be told from it). Before an end nobody can say whether a line begins with words of the user.
 */
function remainsOf(body: EventBody, marks: readonly Mark[], at: number): Cut | undefined {
  const mark = marks[at];
  // A line that can be seen may have been written by anybody.
  if (mark === undefined || mark.isLine) return undefined;
  const behind = mark.kind === 'end' ? mark.to : (marks[at + 1]?.from ?? body.content.length);
  const near: Line[] = [];
  if (mayHoldAddress.test(body.content.slice(mark.to, behind))) {
    for (const line of linesOf(body, mark.to, behind)) {
      if (near.push(line) >= mostLines) break;
    }
  }
  const last = near[countRemains(near.map(({ text }) => text)) - 1];
  const to = last?.to ?? mark.to;
  return body.contentType === 'html'
    ? cutOf(body.content, mark.from, to)
    : { from: mark.from, to, closes: '', opens: '' };
}

const mayHoldAddress = /@|&#(?:0{0,5}64|x0{0,5}40);/i;
/** No block has more lines before and among its details than these. */
const mostLines = 10;

/** The heading, which has the mark, and the details behind it; none where there are no details. */
function countRemains(lines: readonly string[]): number {
  const details = countDetails(lines);
  if (details > 0) return details;
  const behind = countDetails(lines.slice(1));
  return behind === 0 ? 0 : behind + 1;
}

/** Divisions with our id, without marks, that tell a number: version 0.1 wrote no marks, and an editor may drop them. */
function elementsOf({ content }: EventBody, marks: readonly Mark[]): { elements: FoundBlock[]; ids: Cut[] } {
  const elements: FoundBlock[] = [];
  const ids: Cut[] = [];
  const open: { from: number; inside: number; id: RegExpExecArray | null }[] = [];
  let free = 0;
  for (const { 0: tag, 1: slash, index } of content.matchAll(/<(\/?)div\b[^<>]*>/gi)) {
    if (slash === '') {
      open.push({ from: index, inside: index + tag.length, id: ourId.exec(tag) });
      continue;
    }
    const element = open.pop();
    if (element === undefined || element.id === null) continue;
    if (hasMark(marks, element.from, index)) {
      const from = element.from + element.id.index;
      ids.push({ from, to: from + element.id[0].length, closes: '', opens: '' });
    }
    // Of several within one another only the innermost is a block.
    else if (element.from >= free) {
      const lines = Array.from(htmlLines(content, element.inside, index), ({ text }) => text);
      if (readDetails(lines) !== undefined) {
        elements.push({ ...cutOf(content, element.from, index + tag.length), lines });
      }
    }
    free = index;
  }
  return { elements, ids };
}

function hasMark(marks: readonly Mark[], from: number, to: number): boolean {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.from ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return (marks[low]?.from ?? to) < to;
}
