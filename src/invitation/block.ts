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
const htmlStart = new RegExp(`<div\\b[^>]*\\bid="?(?:x_)*${blockId}"?[^>]*>`, 'i');
const textStart = '\r\n\r\n________ Video conference ________\r\n';
const textEnd = '\r\n________ End of video conference ________\r\n';

/** The body with exactly this block in it, or with none. The same object when nothing has to change. */
export function withBlock(body: EventBody, details: JoiningDetails | undefined): EventBody {
  const found = findBlock(body);
  const block = details === undefined ? '' : renderBlock(body.contentType, details);
  if (found === undefined) {
    if (block === '') return body;
    const at = insertionPoint(body);
    return { ...body, content: body.content.slice(0, at) + block + body.content.slice(at) };
  }
  const content = body.content.slice(0, found.start) + block + body.content.slice(found.end);
  return content === body.content ? body : { ...body, content };
}

/** The number and passcode that a block in this body tells, if there is one. */
export function readBlock(body: EventBody): { number: string; passcode: string } | undefined {
  const found = findBlock(body);
  if (found === undefined) return undefined;
  const text = body.content.slice(found.start, found.end).replace(/<[^>]*>/g, ' ');
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
    const start = content.indexOf(textStart);
    const end = start < 0 ? -1 : content.indexOf(textEnd, start);
    return end < 0 ? undefined : { start, end: end + textEnd.length };
  }
  const opening = htmlStart.exec(content);
  if (opening === null) return undefined;
  const tags = /<(\/?)div\b[^>]*>/gi;
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
  const closing = contentType === 'html' ? content.toLowerCase().lastIndexOf('</body>') : -1;
  return closing < 0 ? content.length : closing;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
