/** What Outlook's editors make of an HTML body that is opened in them and saved: each keeps the words and loses markup. */
import { attributesOf, type Piece, piecesOf } from './html-pieces.ts';

export type Editor = 'none' | 'outlookDesktop' | 'outlookWeb' | 'outlookMobile';

/** The body as the editor writes it back. Invisible characters stay, from Word as numeric entities. */
export function rewrittenBy(editor: Editor, html: string): string {
  if (editor === 'none') return html;
  const pieces = piecesOf(html);
  switch (editor) {
    case 'outlookDesktop':
      return byWord(pieces);
    case 'outlookWeb':
      return byWeb(pieces);
    case 'outlookMobile':
      return byMobile(pieces);
    default:
      return editor satisfies never;
  }
}

type Attributes = ReadonlyMap<string, string>;

const WORD_HEAD = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style>
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0in; font-size:11.0pt; font-family:"Calibri",sans-serif;}
a:link, span.MsoHyperlink {color:#0563C1; text-decoration:underline;}
div.WordSection1 {page:WordSection1;}
</style>
</head>
<body lang="EN-US" link="#0563C1" vlink="#954F72" style="word-wrap:break-word">
<div class="WordSection1">
`;
const PLAIN_HEAD =
  '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>';
/** What makes a line of its own in an editor that knows lines only. */
const LINE = /^(div|p|h[1-6]|blockquote|pre|section|article|address|center|header|footer)$/;
const OUTSIDE = /^(html|body|meta|link|base|o:p|title)$/;
const INVISIBLE = /\u034F|[\u00AD\u180E\u200B-\u200F\u2060-\u2064\u206A-\u206F\uFEFF]|\uDB40[\uDC00-\uDFFF]/g;

/** Word: every block is a paragraph of its own kind, text runs stand in spans, and it knows no foreign attribute. */
function byWord(pieces: readonly Piece[]): string {
  let out = '';
  let [open, filled] = [false, false];
  const close = () => {
    if (open) out += filled ? '<o:p></o:p></p>\r\n' : '<o:p>&nbsp;</o:p></p>\r\n';
    open = false;
  };
  const begin = () => {
    if (!open) out += '<p class="MsoNormal">';
    [open, filled] = [true, open && filled];
  };
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      if (isBlank(piece.text)) {
        if (open) out += ' ';
        continue;
      }
      begin();
      filled = true;
      const text = piece.text.replace(INVISIBLE, (one) => `&#${one.codePointAt(0)};`);
      out += /&#/.test(text) ? `<span style="mso-fareast-language:EN-US">${text}</span>` : text;
      continue;
    }
    const { name, closes } = piece;
    if (OUTSIDE.test(name)) continue;
    if (LINE.test(name)) {
      // The end of a block ends its paragraph; an empty block is an empty paragraph.
      if (closes && name === 'p') begin();
      close();
      continue;
    }
    if (/^(table|tbody|thead|tr|td|th|ul|ol|li)$/.test(name)) {
      close();
      const kind = { table: ' class="MsoNormalTable"', li: ' class="MsoListParagraph"' }[name] ?? '';
      const kept = closes ? '' : attributesText(attributesOf(piece), /^(colspan|rowspan|width|border)$/);
      out += `<${closes ? '/' : ''}${name}${closes ? '' : kind}${kept}>`;
      continue;
    }
    if (!closes) begin();
    if (/^(br|hr|img)$/.test(name)) filled = true;
    const kept = closes ? '' : attributesText(attributesOf(piece), /^(href|src|alt|width|height|style)$/);
    out += `<${closes ? '/' : ''}${name}${kept}>`;
  }
  close();
  return `${WORD_HEAD}${out}</div>\n</body>\n</html>\n`;
}

/** Outlook on the web: names get a prefix, so that they clash with none of its own; styles go inline; all nested once more. */
function byWeb(pieces: readonly Piece[]): string {
  const inner = pieces
    .map((piece) => {
      if (piece.kind === 'text') return asCharacters(piece.text);
      const { name, closes } = piece;
      if (OUTSIDE.test(name)) return '';
      if (closes) return `</${name}>`;
      const kept = new Map<string, string>();
      for (const [key, value] of attributesOf(piece)) {
        if (key === 'id' || key === 'class' || key === 'name')
          kept.set(key, value.replace(/[^\s]+/g, 'x_$&'));
        else if (
          /^(href|src|alt|title|dir|style|width|height|colspan|rowspan|border|target|rel)$/.test(key)
        ) {
          kept.set(key, value);
        }
      }
      if (LINE.test(name) && !kept.has('style')) {
        kept.set('style', 'font-family:Aptos,Calibri,sans-serif; font-size:12pt; color:rgb(0,0,0)');
      }
      return `<${name}${attributesText(kept, /./)}>`;
    })
    .join('');
  return `${PLAIN_HEAD}<div dir="ltr">${inner}</div></body></html>`;
}

/** Outlook on phones: one div for each line, links and little else, doubled blanks made to last. */
function byMobile(pieces: readonly Piece[]): string {
  const lines: string[] = [];
  let line = '';
  const end = (evenEmpty: boolean) => {
    const text = line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (text || evenEmpty) lines.push(`<div>${text || '<br>'}</div>`);
    line = '';
  };
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      line += asCharacters(piece.text)
        .replace(/[\r\n\t]+/g, ' ')
        .replace(/ {2}/g, '&nbsp; ');
      continue;
    }
    const { name, closes } = piece;
    if (name === 'br') end(true);
    else if (LINE.test(name) || /^(table|tr|ul|ol|li|hr)$/.test(name)) end(closes && name === 'p');
    else if (/^t[dh]$/.test(name)) line += closes ? '&nbsp; ' : '';
    else if (/^(a|b|i|u|strong|em)$/.test(name)) {
      line += closes ? `</${name}>` : `<${name}${attributesText(attributesOf(piece), /^href$/)}>`;
    }
  }
  end(false);
  return `${PLAIN_HEAD}<div dir="auto">${lines.join('')}</div></body></html>`;
}

/** Of HTML's own blanks only: what is invisible is no blank. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** Browsers know no numeric entities once they have read them. */
function asCharacters(text: string): string {
  return text.replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (entity, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const character = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    return /[<>&"]/.test(character) ? entity : character;
  });
}

function attributesText(attributes: Attributes, wanted: RegExp): string {
  return [...attributes]
    .filter(([name]) => wanted.test(name))
    .map(([name, value]) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
    .join('');
}
