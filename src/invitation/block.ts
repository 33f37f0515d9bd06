/**
 * The joining block in the body of an event: put in, replaced and taken out without touching a byte around it.
 * Taking out what was put in gives back the body as it was.
 */
import { type JoiningDetails, joiningHeading, joiningLines } from './sentences.ts';

export interface EventBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

const blockId = 'roombridge-joining';
/** Outlook on the web puts `x_` before the ids of what it embeds. */
const htmlStart = new RegExp(`<div\\b[^<>]*\\sid=(["']?)(?:x_)*${blockId}\\1(?=[\\s>])[^<>]*>`, 'i');
const textStart = '\r\n\r\n________ Video conference ________\r\n';
const textEnd = '\r\n________ End of video conference ________\r\n';
/** Mail systems trim a body's ends and write line ends as they like. */
const textBlock =
  /(?:\r?\n){0,2}_{8} Video conference _{8}\r?\n[\s\S]*?\r?\n_{8} End of video conference _{8}(?:\r?\n)?/;

/** The body with exactly this block in it, or with none. The same object when nothing has to change. */
export function withBlock(body: EventBody, details: JoiningDetails | undefined): EventBody {
  const found = findBlock(body);
  const block = details === undefined ? '' : renderBlock(body.contentType, details);
  if (found === undefined) {
    if (block === '') return body;
    const at = insertionPoint(body);
    return { ...body, content: body.content.slice(0, at) + block + body.content.slice(at) };
  }
  // Exchange writes HTML in its own way: a block that says the same is left as it is, or it would be written for ever.
  if (saidIn(block) === saidIn(body.content.slice(found.start, found.end))) return body;
  return { ...body, content: body.content.slice(0, found.start) + block + body.content.slice(found.end) };
}

/** The number and passcode that a block in this body tells, if there is one. */
export function readBlock(body: EventBody): { number: string; passcode: string } | undefined {
  const found = findBlock(body);
  if (found === undefined) return undefined;
  const text = saidIn(body.content.slice(found.start, found.end));
  const [number, , passcode] = joiningLines({ number: '', uri: '', passcode: '?' }).map(
    ({ label }) => new RegExp(`${label}:\\s*(\\d+)`).exec(text)?.[1],
  );
  return number === undefined ? undefined : { number, passcode: passcode ?? '' };
}

function renderBlock(contentType: EventBody['contentType'], details: JoiningDetails): string {
  const lines = joiningLines(details);
  if (contentType === 'text') {
    return (
      textStart +
      [joiningHeading, ...lines.map(({ label, value }) => `${label}: ${value}`)].join('\r\n') +
      textEnd
    );
  }
  const rows = lines.map(({ label, value, link }) => {
    const text = escapeHtml(value);
    return `<p>${escapeHtml(label)}: ${link === undefined ? text : `<a href="${escapeHtml(link)}">${text}</a>`}</p>`;
  });
  return `<div id="${blockId}"><p><b>${escapeHtml(joiningHeading)}</b></p>${rows.join('')}</div>`;
}

function findBlock({ contentType, content }: EventBody): { start: number; end: number } | undefined {
  if (contentType === 'text') {
    const found = textBlock.exec(content);
    return found === null ? undefined : { start: found.index, end: found.index + found[0].length };
  }
  const opening = htmlStart.exec(content);
  if (opening === null) return undefined;
  const tags = /<(\/?)div\b[^<>]*>/gi;
  tags.lastIndex = opening.index;
  let depth = 0;
  for (let tag = tags.exec(content); tag !== null; tag = tags.exec(content)) {
    depth += tag[1] === '/' ? -1 : 1;
    if (depth === 0) return { start: opening.index, end: tags.lastIndex };
  }
  return undefined;
}

/** Behind all that the organizer wrote: before the closing body tag, or at the end. */
function insertionPoint({ contentType, content }: EventBody): number {
  if (contentType === 'text') return content.length;
  const closing = [...content.matchAll(/<\/(body|html)\s*>/gi)];
  const body = closing.findLast(([, tag]) => tag?.toLowerCase() === 'body');
  return (body ?? closing.at(-1))?.index ?? content.length;
}

/** What a reader sees of it, white space aside. */
function saidIn(block: string): string {
  return block
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (entity, hex: string | undefined, decimal: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    })
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/gi, (_, name: string) => named[name.toLowerCase()] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
