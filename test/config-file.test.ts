// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own notation
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../src/config.ts';
import { changed, folder, mistakes, mistakesOf, write } from './config/sound.ts';

describe('a file that can not be read as a mapping', () => {
  const bridgeLine = (password: string) =>
    stringify(changed(['clusters.0.callBridges', []])).replace(
      'callBridges: []',
      `callBridges: [{ username: api, password: ${password} }]`,
    );

  it.each<[mistake: string, text: string | Buffer, line: string]>([
    ['is empty', '', 'the file is empty'],
    ['has only comments', '# graph:\n', 'the file is empty'],
    ['is a list', '- graph\n', 'expected a mapping (graph:, rooms:, clusters:), got a list'],
    ['is a word', 'graph\n', 'expected a mapping (graph:, rooms:, clusters:), got a single value'],
    ['is not UTF-8', Buffer.from([0x67, 0xff, 0xfe]), 'the file is not UTF-8 text'],
    [
      'has a key twice',
      'graph: {}\nrooms: []\ngraph: {}\n',
      'line 3, column 1: the key stands twice in the same mapping',
    ],
    ['has a tab', 'graph:\n\ttenantId: x\n', 'line 2, column 1: a tab used for indentation; use spaces'],
    [
      'has a bracket left open',
      'rooms: [\n',
      'line 2, column 1: wrong indentation, or a bracket that is not closed',
    ],
    ['has two documents', 'a: 1\n---\nb: 2\n', 'line 2, column 1: a second document (---) in the file'],
    ['has a tag', 'a: !hunter2\n', 'line 1, column 4: a text that begins with ! needs quotes'],
    [
      'has an alias without an anchor',
      'a: *hunter2\n',
      'an alias has no anchor before it, or expands too far; a text that begins with * needs quotes',
    ],
    [
      'has a reserved beginning',
      'a: @hunter2\n',
      'line 1, column 4: a text that begins with @, `, % or another reserved character needs quotes',
    ],
    [
      'has a colon in a text',
      'a: hunter2: b\n',
      'line 1, column 4: a second mapping on one line; a text with a colon and a space needs quotes',
    ],
  ])('%s', (_, text, line) => {
    expect(mistakesOf(() => loadConfig(write('broken.yaml', text), {}))).toContain(line);
  });

  it.each([
    ['gone.yaml', 'the file does not exist'],
    ['dir', 'the file is a directory'],
    ['words.txt/x', 'the file does not exist: a part of its path is a file'],
  ])('%s', (name, line) => {
    expect(mistakesOf(() => loadConfig(join(folder, name), {}))).toEqual([line]);
  });

  it.each([
    ['graph: &a\n  tenantId: *a\n', 'graph.tenantId'],
    [`rooms: &r [${Array(12).fill('*r')}]`, 'rooms[0]'],
  ])('has an alias inside of what it names', (text, path) => {
    expect(mistakes(text)).toEqual([`${path}: expected a value, got an alias of what it stands in`]);
  });

  it('has one slip that breaks all that follows', () => {
    expect(mistakes(`graph:\n  ${'['.repeat(5_000)}`)).toHaveLength(20);
  });

  it.each([
    'hunter2,hunter3',
    'x, hunter2:y',
    '"hunter2',
    '@hunter2',
    '&hunter2 x, *hunter2 ',
    '!hunter2 x',
    '%hunter2',
    'a: hunter2',
    "'hunter2' hunter3",
  ])('does not show a password that lacks its quotes: %s', (password) => {
    const lines = mistakes(bridgeLine(password));
    expect(lines).not.toEqual([]);
    expect(lines.join('\n')).not.toContain('hunter');
  });
});

it('no message ever shows a secret, wherever it was put', () => {
  const paths = [
    ...['tenantId', 'clientId', 'clientSecret', 'loginUrl', 'apiUrl', 'notificationUrl', 'ca'].map(
      (k) => `graph.${k}`,
    ),
    ...['mailbox', 'name', 'sip'].map((k) => `rooms.0.${k}`),
    ...['name', 'domain', 'slotName', 'ca', 'numbers', 'numbers.base'].map((k) => `clusters.0.${k}`),
    ...['address', 'username', 'password'].map((k) => `clusters.0.callBridges.0.${k}`),
    ...['setup', 'passcode', 'extension'].map((k) => `conference.${k}`),
    ...[
      'redis.url',
      'redis',
      'dataDir',
      'http.public.port',
      'http.public.tls',
      'http.admin.host',
      'log.level',
    ],
  ];
  const secret = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom(...'QXZ%@:/,;"\' &*!#{}') });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...paths), { minLength: 1, maxLength: 6 }),
      secret,
      (where, value) => {
        const url = `https://user:${value}@host`;
        for (const [text, hidden] of [
          ['${SECRET}', value],
          ['x${SECRET}', value],
          ['${URL}', url],
        ] as const) {
          const content = changed(['log', { format: 'xml' }]);
          for (const path of [...where].sort((a, b) => b.length - a.length)) {
            const steps = path.split('.');
            const last = steps.pop() ?? '';
            let place = content;
            for (const step of steps) {
              place[step] = typeof place[step] === 'object' && place[step] !== null ? place[step] : {};
              place = place[step] as Record<string, unknown>;
            }
            place[last] = text;
          }
          const lines = mistakes(content, { SECRET: value, URL: url }).join('\n');
          expect(lines).toContain('log');
          expect(lines).not.toContain(hidden);
        }
      },
    ),
    { numRuns: 150 },
  );
});
