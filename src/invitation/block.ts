/**
 * The joining block in the body of an event: put in, replaced and taken out without touching a byte around it.
 * Taking out what was put in gives back the body as it was. Between its marks all is the block's; outside of them
 * nothing is, whatever elements an editor has put around both.
 */
import { blockId, type EventBody, type FoundBlock, findBlocks } from './finding.ts';
import { betweenMarks, type Cut, htmlLines, mayHoldBlock } from './html.ts';
import { endMark, startMark, withoutMarks } from './marks.ts';
import { gist, plain, readDetails } from './reading.ts';

export { escapeHtml } from './entities.ts';
export type { EventBody } from './finding.ts';

/** A block in both forms, without marks: html is a fragment of balanced elements; text has lines separated by \r\n. */
export interface BlockText {
  readonly html: string;
  readonly text: string;
}

/**
 * The body with exactly this block in it, or with none. The same object when nothing has to change: an editor writes
 * HTML in its own way, and a block that says the same is left as it is, or it would be written for ever.
 *
 * Of several whole blocks one remains. Where one end of a block is lost, lines that tell its number are taken out with
 * the mark that is left; all else is taken for the user's own and stays.
 */
export function withBlock(body: EventBody, block: BlockText | undefined): EventBody {
  const { blocks, remains, ids } = findBlocks(body);
  const said = block === undefined ? undefined : gist(linesOf(body.contentType, block));
  const kept = blocks.find(({ lines }) => gist(lines) === said);
  const superfluous: readonly Cut[] = [...blocks.filter((one) => one !== kept), ...remains];
  if (superfluous.length === 0 && (block === undefined || kept !== undefined)) return body;
  const strange = ids.filter(({ from }) => kept === undefined || from < kept.from || from > kept.to);
  const cuts = [...superfluous, ...strange].sort((a, b) => a.from - b.from);
  if (block === undefined || kept !== undefined) return { ...body, content: without(body.content, cuts) };
  const fresh = rendered(body.contentType, block);
  const [first] = blocks;
  if (first !== undefined && mayReplace(body, first)) {
    return { ...body, content: without(body.content, cuts, { in: first, fresh }) };
  }
  const content = without(body.content, cuts);
  const at = insertionPoint({ ...body, content });
  return { ...body, content: content.slice(0, at) + fresh + content.slice(at) };
}

/** What the block in this body says, as plain text lines (separated by \n), if there is one. */
export function blockText(body: EventBody): string | undefined {
  return findBlocks(body).blocks[0]?.lines.map(plain).join('\n');
}

/** The number and passcode that a block in this body tells, in whatever language, if there is one. */
export function readBlock(body: EventBody): { number: string; passcode: string } | undefined {
  for (const { lines } of findBlocks(body).blocks) {
    const details = readDetails(lines);
    if (details !== undefined) return details;
  }
  return undefined;
}

function linesOf(contentType: EventBody['contentType'], { html, text }: BlockText): string[] {
  if (contentType === 'text') return withoutMarks('text', text).split(/\r?\n/);
  const clean = withoutMarks('html', html);
  return Array.from(htmlLines(clean, 0, clean.length), (line) => line.text);
}

function rendered(contentType: EventBody['contentType'], { html, text }: BlockText): string {
  if (contentType === 'text') return `\r\n\r\n${startMark}${withoutMarks('text', text)}${endMark}`;
  const marked = betweenMarks(withoutMarks('html', html).trim(), startMark, endMark);
  return marked.includes(`id="${blockId}"`) ? marked : `<div id="${blockId}">${marked}</div>`;
}

/** In the midst of a paragraph the user has made of it, there is no place for another: it goes behind all again. */
function mayReplace({ contentType, content }: EventBody, { from, closes }: FoundBlock): boolean {
  if (contentType === 'text') return true;
  return closes === '' ? mayHoldBlock(content, from) : mayHoldBlock(closes, closes.length);
}

/** The content without these parts, which are in order; in one pass, for there may be many. */
function without(content: string, cuts: readonly Cut[], put?: { in: Cut; fresh: string }): string {
  const kept: string[] = [];
  let end = 0;
  for (const cut of cuts) {
    const { from, to, closes, opens } = cut;
    kept.push(content.slice(end, Math.max(end, from)), closes, put?.in === cut ? put.fresh : '', opens);
    end = Math.max(end, to);
  }
  kept.push(content.slice(end));
  return kept.join('');
}

/** Behind all that the organizer wrote: before the closing body tag, or at the end. */
function insertionPoint({ contentType, content }: EventBody): number {
  if (contentType === 'text') return content.length;
  let last: RegExpExecArray | undefined;
  for (const closing of content.matchAll(/<\/(body|html)\s*>/gi)) {
    if (last === undefined || closing[1]?.toLowerCase() === 'body' || last[1]?.toLowerCase() === 'html')
      last = closing;
  }
  return last?.index ?? content.length;
}
