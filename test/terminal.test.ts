/** What reaches a terminal: tables by what letters take there, and nothing of a stranger's that does more than be read. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type Column, cut, Table } from '../src/table.ts';
import { harmless, harmlessLines, jsonText, type Screen, timesIn } from '../src/terminal.ts';

const plain: Screen = { width: Infinity, isColoured: false, zone: 'UTC' };

describe('what somebody wrote', () => {
  it.each([
    ['an escape that colours', '\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
    ['one that retitles the window', 'a\x1b]0;owned\x07b', 'a␛]0;owned␇b'],
    ['a C1 control', 'a\u009b2Jb', 'a�2Jb'],
    ['a new line', 'Budget\r\nroot# rm', 'Budget root# rm'],
    ['a turn of direction', 'gpj\u202eexe.\u2066x', 'gpj�exe.�x'],
    ['a deletion', 'a\u007f\bb', 'a�␈b'],
    ['half a letter', 'a\ud800b', 'a�b'],
    ['a line separator', 'a\u2028b', 'a�b'],
  ])('can do nothing by %s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it.each(['Öl & Gas ✓', '役員会議', 'می\u200cخواهم', '👩\u200d💻 stand-up', 'ünïcode', 'e\u0301'])(
    'is left alone where it is letters: %s',
    (text) => expect(harmless(text)).toBe(text),
  );

  it('keeps its lines where they are ours', () => {
    expect(harmlessLines('one\x1b\ntwo')).toBe('one␛\ntwo');
  });

  it('is the same document as JSON, though no terminal obeys it', () => {
    const value = { title: 'a\u009b2J\u202e\x1b\u007f\u200b\u{e0041}\ud800\n"\\' };
    const text = jsonText(value);
    expect(text).not.toMatch(/[\p{Cf}\u007f-\u009f]/u);
    expect(text).not.toContain('\x1b');
    expect(harmlessLines(text)).toBe(text);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('text that does not fit', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['abcdef', 0, ''],
    ['役員会議', 5, '役員…'],
    ['役員会議', 4, '役…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['👩‍💻👩‍💻', 3, '👩‍💻…'],
    ['ab cd', 4, 'ab…'],
  ])('%s in %i cells is %s', (text, most, shown) => {
    expect(cut(text, most)).toBe(shown);
    expect(stringWidth(shown)).toBeLessThanOrEqual(most);
  });
});

describe('a table', () => {
  interface Row {
    readonly name: string;
    readonly what: string;
    readonly count: number | null;
  }
  const columns: readonly Column<Row>[] = [
    { title: 'name', of: ({ name }) => name, cut: { turn: 2, least: 6 } },
    { title: 'n', of: ({ count }) => count, isRight: true },
    { title: 'what', of: ({ what }) => what, tone: () => 'red', cut: { turn: 1, least: 5 } },
  ];
  const rows: readonly Row[] = [
    { name: '役員会議室', what: 'wide letters', count: 1 },
    { name: 'Cafe\u0301', what: 'combining marks', count: 200 },
    { name: 'x\x1b[2J', what: '', count: null },
  ];
  const lines = (screen: Partial<Screen>, sample = rows, shown = rows) => {
    const table = new Table(columns, sample, { ...plain, ...screen });
    return [table.head(), ...shown.map((row) => table.line(row))];
  };

  it('is aligned by what letters take', () => {
    expect(lines({})).toEqual([
      'name          n  what',
      '役員会議室    1  wide letters',
      'Cafe\u0301        200  combining marks',
      'x␛[2J',
    ]);
  });

  it.each([
    [26, 'name          n  what', 'Cafe\u0301        200  combinin…'],
    [21, 'name         n  what', 'Cafe\u0301       200  comb…'],
    [18, 'name      n  what', 'Cafe\u0301    200  comb…'],
    [12, 'name      n', 'Cafe\u0301    200'],
  ])('%i columns wide is cut where it matters least', (width, head, line) => {
    const shown = lines({ width });
    expect([shown[0], shown[2]]).toEqual([head, line]);
    for (const one of shown) expect(stringWidth(one)).toBeLessThanOrEqual(width);
  });

  it('leaves out whole what would say nothing in less', () => {
    const at: Column<Row> = { title: 'when', of: () => '2026-11-27', cut: { turn: 0, least: 0 } };
    const line = (width: number) => new Table([at, ...columns], rows, { ...plain, width }).head();
    expect(line(44)).toBe('when        name          n  what');
    expect(line(43)).toBe('name          n  what');
  });

  it('has colours only where they are wanted, and the same letters', () => {
    const toned = lines({ isColoured: true });
    expect(toned[1]).toContain('\x1b[31mwide letters\x1b[39m');
    expect(lines({}).join()).not.toContain('\x1b');
    expect(toned.map((line) => stringWidth(line))).toEqual(lines({}).map((line) => stringWidth(line)));
  });

  it('keeps its columns on later pages, whatever comes there', () => {
    const later = [{ name: 'a name that is long', what: 'x', count: 1_000_000 }];
    expect(lines({}, rows.slice(0, 1), later)[1]).toBe('a name th…  1000000  x');
  });
});

describe('times', () => {
  it('are of the zone that looks, with the other day where it ends on one', () => {
    const { at, span } = timesIn('Asia/Tokyo');
    expect(at('2026-11-27T09:05:00.000Z')).toBe('2026-11-27 18:05');
    expect(at(null)).toBe('');
    expect(span('2026-11-27T13:30:00.000Z', '2026-11-27T14:30:00.000Z')).toBe('2026-11-27 22:30–23:30');
    expect(span('2026-11-27T14:30:00.000Z', '2026-11-27T15:00:00.000Z')).toBe(
      '2026-11-27 23:30–2026-11-28 00:00',
    );
  });
});
