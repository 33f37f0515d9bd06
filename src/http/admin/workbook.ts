/**
 * Workbooks (Office Open XML, ECMA-376), written out row by row: however many rows there are, few are held at once, and they
 * are compressed beside the thread that conferences are started on. What is text stays text, whatever it begins with.
 */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A day stands in its cell as a date (`YYYY-MM-DD`); null is an empty cell. */
export type Cell = string | number | { readonly date: string } | null;

export interface Sheet {
  /** At most 31 characters, and none of `[]:*?/\`. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

/** Its first row stays in sight, and what is below can be narrowed by each column. */
export function workbook(sheets: readonly Sheet[]): NodeJS.ReadableStream {
  const zip = new ZipFile();
  const add = (path: string, xml: string) => zip.addBuffer(Buffer.from(head + xml), path);
  add('[Content_Types].xml', contentTypes(sheets));
  add('_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']]));
  add('xl/workbook.xml', book(sheets));
  add('xl/_rels/workbook.xml.rels', bookRelations(sheets));
  add('xl/styles.xml', styles);
  for (const [place, sheet] of sheets.entries())
    zip.addReadStreamLazy(pathOf(place), (give) => give(null, Readable.from(sheetParts(sheet))));
  zip.end();
  return zip.outputStream;
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const documents = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** By their places in `styles`; format 14 is a day as its reader writes days. */
const style = { heading: 1, date: 2 } as const;
const styles =
  `<styleSheet xmlns="${main}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

function pathOf(place: number): string {
  return `xl/worksheets/sheet${place + 1}.xml`;
}

function contentTypes(sheets: readonly Sheet[]): string {
  const part = (path: string, type: string) =>
    `<Override PartName="/${path}" ContentType="${types}.${type}+xml"/>`;
  return (
    `<Types xmlns="${packages}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    part('xl/workbook.xml', 'sheet.main') +
    part('xl/styles.xml', 'styles') +
    `${sheets.map((_, place) => part(pathOf(place), 'worksheet')).join('')}</Types>`
  );
}

function relations(all: readonly (readonly [type: string, target: string])[]): string {
  const each = all.map(
    ([type, target], place) =>
      `<Relationship Id="r${place + 1}" Type="${documents}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${packages}/relationships">${each.join('')}</Relationships>`;
}

function book(sheets: readonly Sheet[]): string {
  const each = sheets.map(
    ({ name }, place) => `<sheet name="${escaped(name)}" sheetId="${place + 1}" r:id="r${place + 1}"/>`,
  );
  return `<workbook xmlns="${main}" xmlns:r="${documents}"><sheets>${each.join('')}</sheets></workbook>`;
}

function bookRelations(sheets: readonly Sheet[]): string {
  return relations([
    ...sheets.map((_, place) => ['worksheet', `worksheets/sheet${place + 1}.xml`] as const),
    ['styles', 'styles.xml'],
  ]);
}

/** So many rows are made without a pause: less than a millisecond. */
const atOnce = 100;
/** Characters of a column's width. */
const narrowest = 12;

function* sheetParts({ columns, rows }: Sheet): Generator<string> {
  const widths = columns.map((name, place) => {
    const width = Math.max(narrowest, name.length + 4);
    return `<col min="${place + 1}" max="${place + 1}" width="${width}" customWidth="1"/>`;
  });
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${widths.join('')}</cols><sheetData>` +
    `<row>${columns.map((name) => textCell(name, style.heading)).join('')}</row>`;
  let count = 1;
  let part = '';
  for (const cells of rows) {
    part += `<row>${cells.map(cellOf).join('')}</row>`;
    count += 1;
    if (count % atOnce === 0) {
      yield part;
      part = '';
    }
  }
  yield `${part}</sheetData><autoFilter ref="A1:${columnName(columns.length)}${count}"/></worksheet>`;
}

function cellOf(cell: Cell): string {
  if (cell === null) return '<c/>';
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  if (typeof cell === 'string') return textCell(cell);
  return `<c s="${style.date}"><v>${serialOf(cell.date)}</v></c>`;
}

function textCell(text: string, as?: number): string {
  return `<c t="inlineStr"${as === undefined ? '' : ` s="${as}"`}><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

/** Days are counted from the last of 1899, as if 1900 had been a leap year. */
function serialOf(date: string): number {
  return (Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000;
}

/** 1 is A, 27 is AA. */
function columnName(place: number): string {
  const letter = String.fromCharCode(65 + ((place - 1) % 26));
  return place > 26 ? columnName(Math.floor((place - 1) / 26)) + letter : letter;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no control characters; `_x0041_` would be read as an A. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replace(/[&<>"]/g, (one) => entities[one] ?? one);
}
