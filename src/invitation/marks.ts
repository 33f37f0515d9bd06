/**
 * The invisible marks between which a joining block stands in a body: written, and found whatever an editor made of
 * them.
 *
 * A mark is a run of zero-width joiners and non-joiners. Persian and Hindi need these characters within words, so that
 * editors and mail systems keep them; newsletters have carried runs of them for years, and screen readers pass over
 * them. A run begins and ends with a non-joiner, so that Arabic letters beside it keep their shape. Only the two ends
 * are marked: a mark behind the number or the passcode would be copied with it.
 */

/** One end of a block: where its characters begin and end in the content. */
export interface Mark {
  readonly kind: 'start' | 'end';
  readonly from: number;
  readonly to: number;
  /** Version 0.1 wrote lines that can be seen, and only into text. */
  readonly isLine: boolean;
}

/** N is a non-joiner, J a joiner. What stands before a mark would have to be nearly a whole one itself to make another of it. */
const written = (shape: string) => shape.replaceAll('N', '\u200c').replaceAll('J', '\u200d');
export const startMark: string = written('NNJNJNJN');
export const endMark: string = written('NNJNNJJN');

const characters = '([\u200c-\u200d]+)';
const nonJoiner = '(&zwnj;|&#0{0,4}8204;|&#x0{0,4}200c;)';
const joiner = '(&zwj;|&#0{0,4}8205;|&#x0{0,4}200d;)';
const anyInHtml = new RegExp([characters, nonJoiner, joiner].join('|'), 'i');
/** Editors put parts of a run into elements of their own: tags may stand between its characters. */
const inHtml = new RegExp([characters, nonJoiner, joiner, '<[^<>]*>'].join('|'), 'gi');
const inText = new RegExp(characters, 'g');
const inRun = new RegExp(`${startMark}|${endMark}`, 'g');
const lines = /_{8}\s(End of v|V)ideo\sconference\s_{8}/g;

/** All marks, in the order of the content. Takes time in proportion to its length. */
export function findMarks(contentType: 'html' | 'text', content: string): Mark[] {
  const isHtml = contentType === 'html';
  const marks = isHtml && !anyInHtml.test(content) ? [] : invisibleMarks(content, isHtml ? inHtml : inText);
  const seen = visibleMarks(content);
  return seen.length === 0 ? marks : [...marks, ...seen].sort((a, b) => a.from - b.from);
}

function invisibleMarks(content: string, pattern: RegExp): Mark[] {
  const marks: Mark[] = [];
  let run = '';
  let froms: number[] = [];
  let tos: number[] = [];
  let end = 0;
  const take = () => {
    if (run === '') return;
    for (const { 0: found, index } of run.matchAll(inRun)) {
      const from = froms[index] ?? 0;
      const to = tos[index + found.length - 1] ?? from;
      marks.push({ kind: found === startMark ? 'start' : 'end', from, to, isLine: false });
    }
    run = '';
    froms = [];
    tos = [];
  };
  for (const { 0: piece, 1: raw, 2: non, 3: join, index } of content.matchAll(pattern)) {
    if (index !== end) take();
    end = index + piece.length;
    if (raw !== undefined) {
      run += raw;
      for (let at = index; at < end; at += 1) {
        froms.push(at);
        tos.push(at + 1);
      }
    } else if (non !== undefined || join !== undefined) {
      run += non === undefined ? '\u200d' : '\u200c';
      froms.push(index);
      tos.push(end);
    }
  }
  take();
  return marks;
}

function visibleMarks(content: string): Mark[] {
  return Array.from(content.matchAll(lines), ({ 0: line, 1: which, index }) => ({
    kind: which === 'V' ? 'start' : 'end',
    from: index,
    to: index + line.length,
    isLine: true,
  }));
}

/** What somebody else wrote, without marks of ours. */
export function withoutMarks(contentType: 'html' | 'text', content: string): string {
  let kept = '';
  let end = 0;
  for (const { from, to } of findMarks(contentType, content)) {
    kept += content.slice(end, from);
    end = to;
  }
  return end === 0 ? content : kept + content.slice(end);
}
