/** A list of rooms as spreadsheets export it: any of their separators, quotes, byte order mark and encodings. */

interface CsvRecord {
  /** Line of the file, from 1, at which it begins. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What a line of the list says, by our own keys; empty cells are left out. */
interface CsvRoom {
  readonly line: number;
  readonly values: ReadonlyMap<Column, string>;
}

export type Column = (typeof columns)[number];

const columns = [
  ...(['mailbox', 'name', 'sip', 'privacy', 'conference', 'language', 'timeZone'] as const),
  ...(['capacity', 'building', 'floor'] as const),
];

/** Other headings of the same columns; Exchange's own, and what people write. */
const aliases: Record<string, Column> = {
  ...{ email: 'mailbox', emailaddress: 'mailbox', address: 'mailbox', smtp: 'mailbox', mail: 'mailbox' },
  ...{ primarysmtpaddress: 'mailbox', smtpaddress: 'mailbox', upn: 'mailbox', userprincipalname: 'mailbox' },
  ...{ displayname: 'name', roomname: 'name', room: 'name' },
  ...{ sipuri: 'sip', sipaddress: 'sip', uri: 'sip', video: 'sip', videoaddress: 'sip', endpoint: 'sip' },
  ...{ zone: 'timeZone', timezone: 'timeZone', resourcecapacity: 'capacity', seats: 'capacity' },
};

export interface CsvList {
  readonly rooms: readonly CsvRoom[];
  /** Headings of columns that nothing is known of. */
  readonly unknown: readonly string[];
}

export class CsvFault extends Error {
  override readonly name = 'CsvFault';
}

/** @throws CsvFault where there is no list of rooms in it */
export function readCsvRooms(bytes: Uint8Array): CsvList {
  const { text, separator: named, skipped } = withoutSeparatorLine(decode(bytes));
  const separator = named ?? separatorOf(text);
  const [header, ...records] = recordsOf(text, separator, skipped).filter(({ fields }) =>
    fields.some((field) => field !== ''),
  );
  if (header === undefined) throw new CsvFault('the file is empty');
  const heads = header.fields.map(columnOf);
  if (!heads.includes('mailbox')) {
    throw new CsvFault(
      `line ${header.line}: expected a header with a column mailbox (or email, address); known columns: ${columns.join(', ')}`,
    );
  }
  const rooms = records.map(({ line, fields }) => ({
    line,
    values: new Map(
      heads.flatMap((column, place) => {
        const value = fields[place] ?? '';
        return column === undefined || value === '' ? [] : [[column, value] as const];
      }),
    ),
  }));
  const unknown = header.fields.filter((heading, place) => heading !== '' && heads[place] === undefined);
  return { rooms, unknown };
}

/** Excel writes UTF-8 with a mark, UTF-16 with one (`Unicode text`), or Windows' western code page. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** `sep=;` in the first line is Excel's own word for the separator. */
function withoutSeparatorLine(text: string): { text: string; separator?: string; skipped: number } {
  const [whole, separator] = /^sep=(.)\r?\n/i.exec(text) ?? [];
  if (whole === undefined || separator === undefined) return { text, skipped: 0 };
  return { text: text.slice(whole.length), separator, skipped: 1 };
}

/** The one of comma, semicolon and tab that the header has most of. */
function separatorOf(text: string): string {
  const header =
    text
      .trimStart()
      .split(/\r?\n/, 1)[0]
      ?.replace(/"[^"]*"/g, '') ?? '';
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** RFC 4180: a field in quotes may hold separators, line ends and doubled quotes. */
function recordsOf(text: string, separator: string, skipped: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let [line, begun] = [1 + skipped, 1 + skipped];
  let quoted: number | undefined;
  const endRecord = () => {
    records.push({ line: begun, fields: [...fields, field].map((one) => one.trim()) });
    [fields, field] = [[], ''];
  };
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place] ?? '';
    if (letter === '\n') line += 1;
    if (quoted !== undefined) {
      if (letter !== '"') field += letter;
      else if (text[place + 1] === '"') {
        field += '"';
        place += 1;
      } else quoted = undefined;
    } else if (letter === '"' && field.trim() === '') [quoted, field] = [line, ''];
    else if (letter === separator) [fields, field] = [[...fields, field], ''];
    else if (letter === '\n') {
      endRecord();
      begun = line;
    } else field += letter;
  }
  if (quoted !== undefined) throw new CsvFault(`line ${quoted}: a quote is opened and never closed`);
  if (field !== '' || fields.length > 0) endRecord();
  return records;
}

function columnOf(heading: string): Column | undefined {
  const plain = heading.toLowerCase().replace(/[^a-z]/g, '');
  return columns.find((column) => column.toLowerCase() === plain) ?? aliases[plain];
}
