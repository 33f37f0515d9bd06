/** HTML cut into text and tags in their order; comments, declarations, and what scripts and styles hold are left out. */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tag'; readonly name: string; readonly closes: boolean; readonly source: string };

const PIECE =
  /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>|<(script|style|head|title)\b(?:"[^"]*"|'[^']*'|[^'"<>])*>[\s\S]*?<\/\1\s*>|<(\/?)([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>|([^<]+|<)/gi;

export function piecesOf(html: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [, , slash, name, source = '', text] of html.matchAll(PIECE)) {
    if (text !== undefined) pieces.push({ kind: 'text', text });
    else if (name !== undefined) {
      pieces.push({ kind: 'tag', name: name.toLowerCase(), closes: slash === '/', source });
    }
  }
  return pieces;
}

/** The attributes of a tag by their lower-case names, their values as they stand in it. */
export function attributesOf({ source }: Piece & { kind: 'tag' }): Map<string, string> {
  const found = source.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return new Map([...found].map(([, name = '', a, b, c]) => [name.toLowerCase(), a ?? b ?? c ?? '']));
}
