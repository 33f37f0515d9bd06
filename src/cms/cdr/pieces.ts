/** Cuts a document of records into its records, also where one of them is broken XML. */
import { parseXml, type XmlElement, XmlError } from '../xml.ts';

export interface Piece {
  /** The element of the record, of which at least the attributes hold; undefined where not even that can be read. */
  readonly opening: XmlElement | undefined;
  /** The same with all that is in it; undefined where that is broken. */
  readonly whole: XmlElement | undefined;
}

/** Undefined where the text as a whole is no document of records. */
export function readPieces(
  text: string,
): { readonly root: XmlElement; readonly pieces: readonly Piece[] } | undefined {
  const root = parse(text);
  if (root === undefined) return readBroken(text.trim());
  if (!root.is('records')) return undefined;
  return { root, pieces: root.children('record').map((record) => ({ opening: record, whole: record })) };
}

const end = '</record>';
const endOfAll = '</records>';

function readBroken(text: string): ReturnType<typeof readPieces> {
  const head = /^(?:<\?xml[^<>]*\?>\s*)?(<records\b[^<>]*)>/.exec(text);
  const root = head?.[1] === undefined ? undefined : parse(`${head[1]}/>`);
  if (head === null || root === undefined || !text.endsWith(endOfAll)) return undefined;
  const texts = text.slice(head[0].length, -endOfAll.length).split(end);
  // What follows the last end is nothing, or a record that has none.
  if (texts.at(-1)?.trim() === '') texts.pop();
  return { root, pieces: texts.map(readPiece) };
}

function readPiece(text: string): Piece {
  const record = text.slice(Math.max(0, text.search(/<record[\s>]/)));
  const whole = parseRecord(`${record}${end}`);
  const [tag = ''] = /^<record\b[^<>]*/.exec(record) ?? [];
  return { whole, opening: whole ?? parseRecord(`${tag}/>`) };
}

function parseRecord(text: string): XmlElement | undefined {
  const element = parse(text);
  return element?.is('record') ? element : undefined;
}

/** Without entities of its own, and nested no deeper than the parser takes. */
function parse(text: string): XmlElement | undefined {
  try {
    return parseXml(text);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return undefined;
  }
}
