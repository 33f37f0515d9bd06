/** The configuration's `rooms:` as YAML: those that are there kept as they stand, the others with what is missing as a comment. */
import { Document, isMap, isSeq, parseDocument, stringify, type YAMLMap } from 'yaml';

/** A room to be listed, each value as the configuration takes it. */
export interface ListedRoom {
  readonly mailbox: string;
  readonly name?: string;
  readonly sip?: string;
  readonly privacy?: string;
  readonly conference?: string;
  readonly language?: string;
  readonly timeZone?: string;
  /** For people: where it is, and for how many. */
  readonly remark?: string;
}

export interface ConfiguredRoom {
  /** Lower case. */
  readonly mailbox: string;
  /** Its entry in the configuration as it is written there, references and comments included. */
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The rooms that a configuration has already; none where it has none, or what it has cannot be read. */
export function readConfiguredRooms(text: string): ConfiguredRoom[] {
  const document = parseDocument(text, { logLevel: 'silent' });
  const rooms = document.get('rooms');
  if (!isSeq(rooms)) return [];
  return rooms.items.flatMap((item) => {
    if (!isMap(item)) return [];
    const mailbox = item.get('mailbox');
    if (typeof mailbox !== 'string') return [];
    return [
      { mailbox: mailbox.toLowerCase(), source: sourceOf(document, item), values: item.toJS(document) },
    ];
  });
}

function sourceOf(document: Document.Parsed, item: YAMLMap): string {
  const own = new Document();
  own.contents = item as typeof own.contents;
  try {
    return own.toString({ lineWidth: 0 }).trim();
  } catch {
    // An alias leads to an anchor that stands elsewhere in the file.
    return stringify(item.toJS(document), { lineWidth: 0 }).trim();
  }
}

/** `from` says whence they come. Whole and valid as the configuration's `rooms:`. */
export function roomsYaml(
  listed: readonly ListedRoom[],
  configured: readonly ConfiguredRoom[],
  from: string,
): string {
  const found = new Map(listed.map((room) => [room.mailbox, room]));
  const known = new Set(configured.map(({ mailbox }) => mailbox));
  const fresh = listed.filter(({ mailbox }) => !known.has(mailbox));
  const kept = configured.map(({ mailbox, source, values }) => {
    const room = found.get(mailbox);
    const remark =
      room === undefined
        ? `configured already, not in ${from}`
        : `configured already${otherwise(room, values)}`;
    return entry(remark, source.split('\n'));
  });
  const lines = [
    comment(`Rooms from ${from}: ${fresh.length} new, ${kept.length} configured already.`),
    '# A room without sip is not dialled: enter the address of its video endpoint where it has one.',
    'rooms:',
    ...kept.flat(),
    ...fresh.flatMap((room) => entry(room.remark, linesOf(room))),
  ];
  if (kept.length + fresh.length === 0) lines[lines.length - 1] = 'rooms: []';
  return `${lines.join('\n')}\n`;
}

/** What the source says and the configuration does not. */
function otherwise({ remark: _, ...room }: ListedRoom, values: ConfiguredRoom['values']): string {
  const plain = (value: unknown) =>
    String(value ?? '')
      .toLowerCase()
      .replace(/^sip:/, '');
  const differing = Object.entries(room).filter(([key, value]) => plain(values[key]) !== plain(value));
  return differing.map(([key, value]) => `; found with ${key}: ${value}`).join('');
}

function linesOf({ remark: _, ...values }: ListedRoom): string[] {
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${scalar(value)}`);
  return values.sip === undefined ? [...lines, '# sip:'] : lines;
}

function entry(remark: string | undefined, lines: readonly string[]): string[] {
  const item = lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`.trimEnd());
  return remark === undefined ? item : [`  ${comment(remark)}`, ...item];
}

function scalar(value: string): string {
  return stringify(value, { lineWidth: 0, singleQuote: false }).trim();
}

function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()}`;
}
