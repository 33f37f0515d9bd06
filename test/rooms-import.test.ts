// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own notation
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../src/config.ts';
import { readConfiguredRooms, roomsYaml } from '../src/rooms-yaml.ts';
import { run } from './world/command.ts';
import { World } from './world/world.ts';

let world: World;
let file: string;
/** A configuration with nothing but Graph in it. */
const graphOnly = () => {
  const whole = JSON.parse(readFileSync(world.configFile('whole.yaml'), 'utf8')) as { graph: object };
  const path = join(world.folder, 'graph-only.yaml');
  writeFileSync(path, JSON.stringify({ graph: whole.graph }));
  return path;
};
const importRooms = (...args: string[]) => run(['rooms', 'import', '--config', file, ...args]);

beforeAll(async () => {
  world = await World.create();
  file = graphOnly();
  const { places } = world.graph;
  places.addRoom({
    displayName: 'Küche: "A"',
    emailAddress: 'Kitchen@Example.com',
    capacity: '12',
    building: 'HQ',
  });
  places.addRoom({ displayName: 'A space', capacity: 2 });
  places.addRoom({ displayName: '${GRAPH_CLIENT_SECRET}', emailAddress: 'curious@example.com' });
  for (let number = 1; number <= 250; number += 1) {
    places.addRoom({ displayName: `Room ${number}`, emailAddress: `room${number}@example.com` });
  }
  places.addList({ displayName: 'HQ', emailAddress: 'hq@example.com', rooms: ['kitchen@example.com'] });
});
afterAll(() => world.destroy());

describe('from Places', () => {
  test('every room with a mailbox, over all pages, before a configuration names rooms or clusters', async () => {
    const ended = await importRooms();
    const { rooms } = parse(ended.stdout) as { rooms: { mailbox: string; name: string }[] };
    expect(rooms).toHaveLength(251);
    expect(rooms[0]).toEqual({ mailbox: 'kitchen@example.com', name: 'Küche: "A"' });
    expect(rooms.at(-1)).toEqual({ mailbox: 'room250@example.com', name: 'Room 250' });
    expect(ended.stdout).toMatch(
      /^ {2}# HQ, for 12 people\n {2}- mailbox: kitchen@example\.com\n.*\n {4}# sip:$/m,
    );
    expect(ended.stderr).toContain('left out: A space has no mailbox\n');
    // A name from elsewhere must not become a reference to a secret.
    expect(ended.stdout).not.toContain('${');
    expect(ended.stderr).toMatch(/name: it holds "\$\{", which the configuration takes for a reference/);
    expect(ended.code).toBe(1);
  });

  test('of one room list, as a file that is taken as it is', async () => {
    const output = join(world.folder, 'rooms.yaml');
    const ended = await importRooms('--list', 'hq@example.com', '--output', output);
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    const { rooms } = parse(readFileSync(output, 'utf8')) as { rooms: object[] };
    const path = world.configFile('imported.yaml', 0, { rooms });
    expect(loadConfig(path, {}).rooms).toMatchObject([
      { mailbox: 'kitchen@example.com', name: 'Küche: "A"' },
    ]);
    const again = await importRooms('--list', 'hq@example.com', '--output', output);
    expect(again.stderr).toMatch(/rooms\.yaml could not be written: it is there already\n$/);
    expect(again.code).toBe(1);
  });

  test('what keeps us from it is told with what mends it', async () => {
    const list = await importRooms('--list', 'nowhere@example.com');
    expect(list.stderr).toMatch(
      /nowhere@example\.com is no room list \(404\): .*RecipientTypeDetails RoomList/,
    );
    expect(list.code).toBe(1);
    world.graph.knobs.permissions.delete('Place.Read.All');
    const refused = await importRooms();
    expect(refused.stderr).toMatch(/^roombridge failed: Places may not be read \(403.*Place\.Read\.All/);
    expect(refused.code).toBe(1);
    world.graph.knobs.permissions.add('Place.Read.All');
  });

  test('a mistake in its section of the configuration is told as at every command', async () => {
    const path = join(world.folder, 'wrong.yaml');
    writeFileSync(path, 'graph: { tenantId: common, tenantid: x }\nrooms: nonsense\n');
    const ended = await run(['rooms', 'import', '--config', path]);
    expect(ended.stderr).toMatch(/^.*wrong\.yaml: \d problems\n {2}graph/);
    expect(ended.stderr).toMatch(/graph\.tenantid: unknown key; did you mean tenantId\?/);
    expect(ended.stderr).not.toContain('rooms');
    expect(ended.code).toBe(2);
  });
});

describe('from a CSV file', () => {
  const csv = (text: string) => {
    const path = join(world.folder, 'rooms.csv');
    writeFileSync(path, text);
    return path;
  };

  test('each line that the configuration would not take is left out and told by its number', async () => {
    const lines = [
      'Email;Name;SIP;Seats;Colour',
      'fine@example.com;Fine;sip:fine@v.example.com;6;red',
      'not a mailbox;X;;;',
      'other@example.com;Other;nonsense;;',
      'FINE@example.com;Again;;;',
      ';No address;;;',
    ];
    const ended = await importRooms('--csv', csv(lines.join('\r\n')));
    expect(parse(ended.stdout)).toEqual({
      rooms: [{ mailbox: 'fine@example.com', name: 'Fine', sip: 'fine@v.example.com' }],
    });
    expect(ended.stderr.trim().split('\n')).toEqual([
      'line 3 left out: mailbox: expected a mailbox address such as boardroom@example.com, got another text',
      'line 4 left out: sip: expected a SIP URI such as boardroom@video.example.com, got another text',
      'line 5 left out: the same mailbox as in line 2',
      'line 6 left out: mailbox: expected a mailbox address such as boardroom@example.com, got nothing',
      'column Colour is not known and was left out',
    ]);
    expect(ended.code).toBe(1);
  });

  test('needs nothing of Graph, and not a room list beside it', async () => {
    const path = join(world.folder, 'empty.yaml');
    writeFileSync(path, 'rooms:\n');
    const ended = await run(['rooms', 'import', '--config', path, '--csv', csv('mailbox\na@example.com\n')]);
    expect(parse(ended.stdout)).toEqual({ rooms: [{ mailbox: 'a@example.com' }] });
    expect(ended.code).toBe(0);
    const both = await importRooms('--csv', 'x.csv', '--list', 'hq@example.com');
    expect(both).toMatchObject({ code: 2, stderr: 'give either --csv or --list\n' });
    const gone = await importRooms('--csv', join(world.folder, 'gone.csv'));
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/gone\.csv does not exist\n$/) });
  });
});

describe('rooms that are configured already', () => {
  const text = [
    'rooms:',
    '  # the big one',
    '  - mailbox: ${BOARDROOM}',
    '  - mailbox: A@example.com # by the lift',
    '    sip: ${A_SIP}',
    '  - &huddle { mailbox: b@example.com, privacy: title }',
    '  - nonsense',
  ].join('\n');

  test('are kept as they are written, and marked', () => {
    const listed = [
      { mailbox: 'a@example.com', name: 'Room A', remark: 'HQ' },
      { mailbox: 'c@example.com', sip: 'c@v.example.com' },
    ];
    const yaml = roomsYaml(listed, readConfiguredRooms(text), 'Places');
    expect(yaml).toContain('  # configured already; found with name: Room A\n');
    expect(yaml).toContain('  # configured already, not in Places\n');
    expect(yaml).toContain('# by the lift');
    expect(parse(yaml)).toEqual({
      rooms: [
        { mailbox: '${BOARDROOM}' },
        { mailbox: 'A@example.com', sip: '${A_SIP}' },
        { mailbox: 'b@example.com', privacy: 'title' },
        { mailbox: 'c@example.com', sip: 'c@v.example.com' },
      ],
    });
  });

  test('may be none, and what is found may be nothing', () => {
    for (const none of ['', 'rooms: 7', 'rooms: []', 'graph: {}', '\t: [']) {
      expect(parse(roomsYaml([], readConfiguredRooms(none), 'Places'))).toEqual({ rooms: [] });
    }
  });
});
