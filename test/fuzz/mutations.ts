/**
 * Mutations of valid examples that know their structure: something is dropped, doubled, swapped, retyped, made overlong or
 * put elsewhere, and the rest stays as it was, so that what is spoilt is met where it hurts and not at the first letter.
 */
import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Texts that have hurt programs before. */
export const awkward: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '\t\r\n',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'null',
      'undefined',
    ],
    ...['-1', '0x10', '1e999', 'NaN', 'Infinity', '9'.repeat(400), '00', '1.5', 'true', '２'],
    ...[
      '../../etc/passwd',
      '%',
      '%00',
      '%zz',
      '%2f..%2f',
      '/',
      '\\',
      '//host/x',
      'https://elsewhere.example/x',
    ],
    ...[
      'a\r\nX-Injected: yes',
      '\u202eexe.txt',
      '\ud800',
      '\udc00x',
      '\ufeff',
      'İ',
      'ß',
      '𐐷',
      'e\u0301'.repeat(50),
    ],
    ...[
      '<script>alert(1)</script>',
      "' OR '1'='1",
      '"; --',
      '&lt;&amp;&#0;',
      ']]>',
      '<!--',
      '$' + '{HOME}',
      '{{x}}',
      '$&',
    ],
    ...[
      '0000-00-00T00:00:00Z',
      '9999-12-31T23:59:59.9999999Z',
      '2026-02-30T25:61:61',
      '-271821-04-20',
      '1e21',
    ],
    ...['2026-03-29T02:30:00', 'tzone://Microsoft/Custom', 'Europe/Nowhere', '*', '+', ',', ';', ':', '='],
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** With no half of a surrogate pair in it, which no URL can have. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

const oddNumber = fc.constantFrom(
  ...[0, -0, -1, 0.5, 255, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1e21, 1e308, -1e308, 5e-324],
);

/** Of any type; deep ones among them. */
export const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { length: -1 }, { '': '' }),
  oddNumber,
  awkward,
  // Two of them in each other are not too deep for what copies them here.
  fc.integer({ min: 2, max: 800 }).map(nested),
);

function nested(depth: number): Json {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { next: value };
  return value;
}

const hows = [
  'drop',
  'double',
  'retype',
  'swap',
  'move',
  'overlong',
  'many',
  'rename',
  'insert',
  'cut',
] as const;

interface Edit {
  readonly how: (typeof hows)[number];
  /** Which place; places are counted anew for each edit. */
  readonly at: number;
  /** Which other place, or how much. */
  readonly to: number;
  readonly value: Json;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  how: fc.constantFrom(...hows),
  at: fc.nat(),
  to: fc.nat(),
  value: odd,
  text: awkward,
});

/** One of the examples with as many as `most` edits; now and then with none. */
export function mutants<T extends Json>(examples: readonly T[], most = 3): fc.Arbitrary<Json> {
  return fc
    .record({ example: fc.constantFrom(...examples), edits: fc.array(edit, { maxLength: most }) })
    .map(({ example, edits }) => edits.reduce<Json>(edited, structuredClone(example)));
}

interface Place {
  readonly parent: Record<string, Json> | Json[];
  readonly key: string | number;
}

/** Every value in it with where it stands; the whole itself is not among them. */
function placesIn(root: Json): Place[] {
  const places: Place[] = [];
  const waiting: Json[] = [root];
  // The first thousand are enough to choose from, and what is deep is not descended into for ever.
  for (let next = waiting.pop(); next !== undefined && places.length < 1_000; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const parent = next as Record<string, Json> | Json[];
    for (const key of Array.isArray(parent) ? parent.keys() : Object.keys(parent)) {
      places.push({ parent, key });
      waiting.push(valueAt({ parent, key }));
    }
  }
  return places;
}

function edited(root: Json, { how, at, to, value, text }: Edit): Json {
  const places = placesIn(root);
  const place = places[at % Math.max(1, places.length)];
  const other = places[to % Math.max(1, places.length)];
  if (place === undefined || other === undefined) return value;
  const here = valueAt(place);
  switch (how) {
    case 'drop':
      if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 1);
      else delete place.parent[place.key];
      return root;
    case 'double':
      if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 0, structuredClone(here));
      else put({ parent: place.parent, key: String(place.key).toUpperCase() }, structuredClone(here));
      return root;
    case 'retype':
      put(place, value);
      return root;
    case 'swap': {
      const there = valueAt(other);
      // What holds the other would hold itself.
      if (!holds(here, other.parent) && !holds(there, place.parent)) {
        put(place, there);
        put(other, here);
      }
      return root;
    }
    case 'move':
      if (!holds(here, other.parent)) put({ parent: other.parent, key: place.key }, structuredClone(here));
      return root;
    case 'overlong':
      put(
        place,
        (typeof here === 'string' ? here || text : text || 'x').repeat(1 + (to % 2_000)).slice(0, 200_000),
      );
      return root;
    case 'many':
      if (sizeOf(here) < 200)
        put(
          place,
          Array.from({ length: to % 300 }, () => structuredClone(here)),
        );
      return root;
    case 'rename':
      if (Array.isArray(place.parent)) return root;
      delete place.parent[place.key];
      put({ parent: place.parent, key: text }, here);
      return root;
    case 'insert':
      if (typeof here !== 'string') put(place, text);
      else put(place, here.slice(0, to % (here.length + 1)) + text + here.slice(to % (here.length + 1)));
      return root;
    case 'cut':
      put(place, typeof here === 'string' ? here.slice(0, to % (here.length + 1)) : []);
      return root;
    default:
      return how satisfies never;
  }
}

function valueAt({ parent, key }: Place): Json {
  return (parent as Record<string | number, Json>)[key] as Json;
}

/** As its own, whatever it is called: `__proto__` too. */
function put({ parent, key }: Place, value: Json): void {
  if (Array.isArray(parent) && typeof key === 'string') parent.push(value);
  else Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });
}

function holds(value: Json, wanted: object): boolean {
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === wanted) return true;
    if (typeof next === 'object' && next !== null) waiting.push(...(Object.values(next) as Json[]));
  }
  return false;
}

function sizeOf(value: Json): number {
  let size = 0;
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined && size < 1_000; next = waiting.pop()) {
    size += 1;
    if (typeof next === 'object' && next !== null) waiting.push(...(Object.values(next) as Json[]));
  }
  return size;
}

const damages = ['cut', 'double', 'flip', 'insert', 'swap', 'bom', 'wide', 'latin', 'twice', 'pad'] as const;

const damage = fc.record({
  how: fc.constantFrom(...damages),
  at: fc.nat(),
  length: fc.nat({ max: 200 }),
  text: awkward,
});

/** The same as bytes, whole in half of the cases, else damaged where nobody looks for structure. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const damagesOf = fc.oneof(fc.constant([]), fc.array(damage, { minLength: 1, maxLength: 3 }));
  return fc.tuple(texts, damagesOf).map(([text, all]) => {
    const spoilt = all.reduce<Buffer>((bytes, { how, at, length, text: more }) => {
      const begin = at % (bytes.length + 1);
      const [before, piece, after] = [
        bytes.subarray(0, begin),
        bytes.subarray(begin, begin + length),
        bytes.subarray(begin + length),
      ];
      switch (how) {
        case 'cut':
          return Buffer.concat([before, after]);
        case 'double':
          return Buffer.concat([before, piece, piece, after]);
        case 'flip':
          return Buffer.concat([before, piece.map((byte) => byte ^ 0x80), after]);
        case 'insert':
          return Buffer.concat([before, Buffer.from(more), piece, after]);
        case 'swap':
          return Buffer.concat([after, piece, before]);
        case 'bom':
          return Buffer.concat([Buffer.from('\ufeff'), bytes]);
        case 'wide':
          return Buffer.from(bytes.toString(), 'utf16le');
        case 'latin':
          return Buffer.from(bytes.toString(), 'latin1');
        case 'twice':
          return Buffer.concat([bytes, bytes]);
        case 'pad':
          return Buffer.concat([before, Buffer.alloc(length * 1_000, ' '), piece, after]);
        default:
          return how satisfies never;
      }
    }, Buffer.from(text));
    return Object.assign(spoilt, { [fc.toStringMethod]: () => JSON.stringify(spoilt.toString('latin1')) });
  });
}

/** An element as data, so that it can be mutated like other data. */
export interface Element {
  readonly [name: string]: Json;
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  /** Elements, and texts between them. */
  readonly content: readonly Json[];
}

export function element(name: string, attributes: Record<string, string>, ...content: Json[]): Element {
  return { name, attributes, content };
}

/** As XML, whatever a mutation has made of it; `inAttributes`: elements that hold nothing but a text stand as attributes. */
export function xmlOf(value: Json, inAttributes = false, depth = 0): string {
  // Deep ones are made elsewhere: here it would be our own stack that ends.
  if (depth > 300) return 'deep';
  if (Array.isArray(value)) return value.map((one) => xmlOf(one, inAttributes, depth + 1)).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  const { name, attributes, content, ...others } = value as { readonly [name: string]: Json };
  const inside = Array.isArray(content) ? content : [content ?? '', ...Object.values(others)];
  const isPlain = (one: Json): one is Element =>
    typeof one === 'object' &&
    one !== null &&
    'name' in one &&
    Array.isArray(one.content) &&
    one.content.length < 2;
  const [plain, rest] = inAttributes
    ? [inside.filter(isPlain), inside.filter((one) => !isPlain(one))]
    : [[], inside];
  const pairs = [
    ...Object.entries(typeof attributes === 'object' && attributes !== null ? attributes : {}),
    ...plain.map((one) => [one.name, one.content[0] ?? '']),
  ];
  const tag = typeof name === 'string' && name !== '' ? name : 'x';
  const said = pairs.map(([key, one]) => ` ${key}="${escaped(String(one)).replaceAll('"', '&quot;')}"`);
  return `<${tag}${said.join('')}>${rest.map((one) => xmlOf(one, inAttributes, depth + 1)).join('')}</${tag}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** What XML can be besides a document that is like those we know. */
export const hostileXml: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    // Entities that grow, that are fetched, that lead to themselves.
    `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${[...'bcdefgh'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefg'[i]};`.repeat(10)}">`).join('')}]><x>&h;</x>`,
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]><x/>',
    '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><x>&a;</x>',
    '<?xml version="1.0" encoding="UTF-7"?><x>+ADw-</x>',
    '<?xml version="1.0"?><?xml version="1.0"?><x/>',
    '<html><head><title>502</title></head><body><center>Bad Gateway</center></body></html>',
    '<!doctype html><html><body onload="x()">Sign in</body></html>',
    ...[
      '',
      ' ',
      'hello',
      '{"json":true}',
      '<',
      '<x',
      '<x>',
      '</x>',
      '<x></y>',
      '<x/><x/>',
      '<x a=1/>',
      '<x a="1" a="2"/>',
    ],
    ...[
      '<x>&nope;</x>',
      '<x>&#x110000;</x>',
      '<x>&#0;</x>',
      '<x>&#xD800;</x>',
      '<x><![CDATA[<y>]]></x>',
      '<x><![CDATA[',
      '<!--',
      '<?',
    ],
    ...[
      '<__proto__>1</__proto__>',
      '<x><__proto__/></x>',
      '<x __proto__="1"/>',
      '<constructor/>',
      '<x:y xmlns:x="u"/>',
    ],
  ),
  fc
    .tuple(
      fc.constantFrom('<x>', '<x ', '<!--', '<?', '&', '&#', '<![CDATA[', ' ', '"', '<x/>'),
      fc.integer({ min: 1, max: 20_000 }),
    )
    .map(([piece, times]) => `<a>${piece.repeat(times)}</a>`),
  fc.integer({ min: 2, max: 5_000 }).map((depth) => '<x>'.repeat(depth) + '</x>'.repeat(depth)),
);
