import { describe, expect, test } from 'vitest';
import { CsvFault, readCsvRooms } from '../src/rooms-csv.ts';

const read = (text: string | Uint8Array) => {
  const { rooms, unknown } = readCsvRooms(typeof text === 'string' ? Buffer.from(text) : text);
  return { rooms: rooms.map(({ line, values }) => ({ line, ...Object.fromEntries(values) })), unknown };
};
const one = [{ line: 2, mailbox: 'a@example.com', name: 'Küche' }];

describe('a list of rooms is read as spreadsheets write it', () => {
  test.each<[string, string | Uint8Array]>([
    ['with commas', 'mailbox,name\na@example.com,Küche\n'],
    ["with Excel's semicolons and mark", '\ufeffmailbox;name\r\na@example.com;Küche\r\n'],
    ['with tabs, in UTF-16', Buffer.from('\ufeffmailbox\tname\r\na@example.com\tKüche', 'utf16le')],
    ['in the western code page', Buffer.from('mailbox;name\na@example.com;Küche', 'latin1')],
    ['in quotes', '"mailbox";"name"\n"a@example.com";"Küche"'],
    ['with spaces around', ' mailbox , name \n a@example.com , "Küche" \n'],
    ['with other headings', 'E-Mail Address;Display Name\na@example.com;Küche'],
    ["with Exchange's headings", 'DisplayName,PrimarySmtpAddress\nKüche,a@example.com'],
    ['with lines of nothing after it', 'mailbox;name\na@example.com;Küche\n;\n\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual({ rooms: one, unknown: [] });
  });

  test('with the separator named in the first line', () => {
    expect(read('sep=|\r\nmailbox|name\r\na@example.com|Küche').rooms).toEqual([{ ...one[0], line: 3 }]);
  });

  test('with separators, quotes and line ends in a cell, and each line by its number', () => {
    const text = 'mailbox,name,sip\na@example.com,"One, ""two""\nthree",\n"b@example.com",,b@v.example.com';
    expect(read(text).rooms).toEqual([
      { line: 2, mailbox: 'a@example.com', name: 'One, "two"\nthree' },
      { line: 4, mailbox: 'b@example.com', sip: 'b@v.example.com' },
    ]);
  });

  test('with columns that nothing is known of named', () => {
    expect(read('mailbox,Floor plan,Seats\na@example.com,x.png,4')).toEqual({
      rooms: [{ line: 2, mailbox: 'a@example.com', capacity: '4' }],
      unknown: ['Floor plan'],
    });
  });
});

test.each([
  ['', /^the file is empty$/],
  ['name,sip\nA,b\n', /^line 1: expected a header with a column mailbox/],
  ['mailbox,name\na@example.com,"open\nb@example.com,B', /^line 2: a quote is opened and never closed$/],
])('what is no list of rooms says why: %j', (text, words) => {
  const fault = expect(() => read(text));
  fault.toThrow(CsvFault);
  fault.toThrow(words);
});
