/** The admin listener answers to the letter of its contract, to its own names only, and blames by name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BadCursor } from '../../src/http/admin/meetings.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';
import { cluster, meeting, now, room } from './answers.ts';

const day = 86_400_000;

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.instance.close());

const problem = (status: number, more: object = {}) => ({
  type: 'about:blank',
  title: expect.any(String),
  status,
  ...more,
});

describe('what is there', () => {
  test.each([
    ['/live', { status: 'live' }],
    ['/ready', { status: 'ready' }],
    ['/api/rooms', { rooms: [room] }],
    ['/api/clusters', { clusters: [cluster] }],
    ['/api/meetings', { meetings: [meeting], next: 'cursor' }],
  ])('%s is JSON in UTF-8, never from a cache', async (path, expected) => {
    const answer = await admin.ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.body)).toEqual(expected);
  });

  test('/metrics is the text of the registry, in its own type', async () => {
    const answer = await admin.ask('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toBe('up 1\n');
  });

  test('/ says so where the pages are not built, and what there is without them', async () => {
    const { headers, body } = await admin.ask('/');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    for (const path of ['/queues', '/api/health', '/api/meetings', '/metrics']) {
      expect(body).toContain(path);
      expect((await admin.ask(path)).status).toBe(200);
    }
  });

  test('HEAD is answered where probes look', async () => {
    for (const path of ['/', '/live', '/ready', '/metrics']) {
      const answer = await admin.ask(path, { method: 'HEAD' });
      expect([answer.status, answer.body]).toEqual([200, '']);
    }
  });

  test('what is not there is a problem', async () => {
    for (const path of ['/api', '/api/nothing', '/api/meetings/', '/api/rooms/x', '/favicon.ico']) {
      const answer = await admin.ask(path);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(JSON.parse(answer.body)).toMatchObject(problem(404));
    }
  });

  test('anything but GET on the API is 405, whatever it carries', async () => {
    for (const path of ['/api/health', '/api/meetings', '/api/meetings/k', '/api/rooms', '/api/clusters']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
        const headers = { 'content-type': 'odd/odd', 'content-length': '2' };
        const answer = await admin.ask(
          path,
          method === 'POST' ? { method, headers, body: '{}' } : { method },
        );
        expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
      }
    }
  });
});

describe('the list of meetings', () => {
  const asked = async (search: string) => {
    admin.queries.length = 0;
    expect((await admin.ask(`/api/meetings${search}`)).status).toBe(200);
    return admin.queries[0];
  };
  const usual = { from: now - day, to: now + 7 * day, limit: 100 };

  test('is from a day ago to a week ahead, a hundred at once', async () => {
    expect(await asked('')).toEqual(usual);
    expect(await asked('?')).toEqual(usual);
  });

  test('is what was asked for', async () => {
    const search =
      '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00.5Z&state=open&after=a%2Fb%3D%3D&limit=1000';
    expect(await asked(search)).toEqual({
      from: Date.UTC(2026, 0, 1),
      to: Date.UTC(2026, 0, 2) + 500,
      state: 'open',
      after: 'a/b==',
      limit: 1_000,
    });
  });

  test.each([
    ['q=B%C3%BCdget%20%20REVIEW', { words: ['\nbudget', '\nreview'] }],
    ['q=ann%40example.com', { words: ['\nann', '\nexample', '\ncom'] }],
    [`q=${encodeURIComponent('会'.repeat(200))}`, { words: ['\n会'.repeat(200)] }],
    ['room=Board.Room@example.com', { room: 'Board.Room@example.com' }],
    ['room=a+b@example.com', { room: 'a+b@example.com' }],
    ['organizer=ann%40example.com', { organizer: 'ann@example.com' }],
    ['number=080991234', { number: '080991234' }],
    ['order=asc', {}],
    ['order=desc&state=open&q=x&number=1', { order: 'desc', state: 'open', words: ['\nx'], number: '1' }],
  ])('takes ?%s', async (search, expected) => {
    expect(await asked(`?${search}`)).toEqual({ ...usual, ...expected });
  });

  test.each([
    ['2026-03-10T09:00:00%2B02:00', '2026-03-10T07:00:00Z'],
    ['2026-03-10T09:00:00+02:00', '2026-03-10T07:00:00Z'],
    ['2026-03-10T09:00:00-05:30', '2026-03-10T14:30:00Z'],
    ['2026-03-10T09:00Z', '2026-03-10T09:00:00Z'],
    ['2026-03-10T09:00+01:00', '2026-03-10T08:00:00Z'],
    ['2026-03-10T09:00:00.0000000Z', '2026-03-10T09:00:00Z'],
  ])('takes the instant %s', async (from, instant) => {
    expect((await asked(`?from=${from}`))?.from).toBe(Date.parse(instant));
  });

  test('takes each state, and a window of no length', async () => {
    for (const state of ['planned', 'open', 'closed', 'cancelled', 'unplaced']) {
      expect((await asked(`?state=${state}`))?.state).toBe(state);
    }
    const at = '2026-03-10T12:00:00Z';
    expect(await asked(`?from=${at}&to=${at}`)).toEqual({ from: now, to: now, limit: 100 });
  });

  test('is described with all that may be asked of it', async () => {
    const { paths } = JSON.parse((await admin.ask('/api/openapi.json')).body);
    const described: { name: string }[] = paths['/api/meetings'].get.parameters;
    const { detail } = JSON.parse((await admin.ask('/api/meetings?page=2')).body);
    const known = detail.replace('page: unknown; the parameters are ', '').split(', ');
    expect(described.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  test.each([
    ['from=yesterday', 'from'],
    ['from=', 'from'],
    ['from=2026-03-10', 'from'],
    ['from=2026-03-10T09:00:00', 'from'],
    ['from=2026-02-30T09:00:00Z', 'from'],
    ['from=2026-03-10T25:00:00Z', 'from'],
    ['from=2026-03-10T09:00:00%2B25:00', 'from'],
    ['from=1773133200000', 'from'],
    ['from=2026-03-10T09:00:00Europe/Berlin', 'from'],
    ['to=tomorrow', 'to'],
    ['to=2026-03-10T09:00:00', 'to'],
    ['to=2026-13-01T00:00:00Z', 'to'],
    ['from=2026-03-12T00:00:00Z&to=2026-03-11T00:00:00Z', 'from'],
    ['from=2027-01-01T00:00:00Z', 'from'],
    ['to=2020-01-01T00:00:00Z', 'to'],
    ['state=', 'state'],
    ['state=Open', 'state'],
    ['state=running', 'state'],
    ['state=open,closed', 'state'],
    ['state=open&state=closed', 'state'],
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=10.0', 'limit'],
    ['limit=', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=10&limit=20', 'limit'],
    ['after=', 'after'],
    [`after=${'x'.repeat(5_000)}`, 'after'],
    ['q=', 'q'],
    ['q=%20', 'q'],
    ['q=%E2%80%A6!', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=a&q=b', 'q'],
    ['room=', 'room'],
    ['room=boardroom', 'room'],
    ['room=a@b@c', 'room'],
    [`room=${'x'.repeat(320)}@x`, 'room'],
    ['organizer=', 'organizer'],
    ['organizer=Ann', 'organizer'],
    ['number=', 'number'],
    ['number=12x', 'number'],
    ['number=-1', 'number'],
    [`number=${'1'.repeat(33)}`, 'number'],
    ['order=', 'order'],
    ['order=DESC', 'order'],
    ['order=newest', 'order'],
    ['page=2', 'page'],
    ['From=2026-03-10T09:00:00Z', 'From'],
    ['__proto__=1', '__proto__'],
    ['=1', ''],
    ['state%5B%5D=open', 'state[]'],
  ])('?%s is refused, by name', async (search, parameter) => {
    admin.queries.length = 0;
    const answer = await admin.ask(`/api/meetings?${search}`);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const body = JSON.parse(answer.body);
    expect(body).toEqual(problem(400, { title: 'Bad Request', detail: expect.any(String), parameter }));
    expect(body.detail.startsWith(`${parameter}: `)).toBe(true);
    expect(admin.queries).toEqual([]);
  });
});

describe('one meeting', () => {
  test.each([
    '040000008200E00074C5B7101A82E00800000000A1B2C3D4E5F6DA01000000000000000010000000A1B2C3D4E5F6A7B8C9D0E1F2A3B4C5D6',
    'a/b@c+d=e:f',
    '7f3a@google.com/2026-03-10T09:00:00Z',
    '100%',
    '%2F',
    'a%252Fb',
    'a b?c#d&e;f',
    '..',
    '会議/über',
    'x'.repeat(1_000),
  ])('is found by its percent-encoded key %s', async (key) => {
    admin.keys.length = 0;
    const encoded = encodeURIComponent(key).replaceAll('.', '%2E');
    const answer = await admin.ask(`/api/meetings/${encoded}`);
    expect(admin.keys).toEqual([key]);
    expect(JSON.parse(answer.body)).toEqual({ ...meeting, key, passcode: null, timeline: [] });
  });

  test('that nobody knows is 404', async () => {
    const answer = await admin.ask('/api/meetings/no%2Fsuch');
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toEqual(problem(404, { title: 'Not Found', detail: expect.any(String) }));
  });

  test('by a key that is encoded wrongly is 400', async () => {
    const answer = await admin.ask('/api/meetings/%zz');
    expect(JSON.parse(answer.body)).toEqual(problem(400));
  });
});

describe('names of its own', () => {
  const statusFor = async (headers: Record<string, string>, path = '/api/rooms', method = 'GET') =>
    (await admin.ask(path, { headers, method })).status;

  test.each([
    ...[
      'localhost',
      'LOCALHOST:8080',
      'localhost.:80',
      '127.0.0.1',
      '127.0.0.1:8080',
      '127.8.9.1',
      '[::1]:8080',
    ],
    ...['[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', 'bridge.example.com', 'Bridge.Example.com:8080'],
  ])('%s is one', async (host) => {
    expect(await statusFor({ host })).toBe(200);
  });

  test.each([
    ...['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'],
    ...[
      '0.0.0.0',
      '[::2]',
      '[::ffff:10.0.0.1]',
      '2130706433',
      '0x7f.1',
      'evil.example@localhost',
      'localhost:x',
    ],
    ...['localhost evil.example', '[localhost]', 'bridge.example.com.evil.example', 'localhost/x'],
  ])('"%s" is none: 403 everywhere', async (host) => {
    for (const path of ['/', '/live', '/api/rooms', '/queues', '/queues/api/queues', '/nothing']) {
      expect(await statusFor({ host }, path)).toBe(403);
    }
    expect(await statusFor({ host }, '/api/rooms', 'POST')).toBe(403);
  });

  test.each(['GET /live HTTP/1.1\r\nHost:\r\n', 'GET /live HTTP/1.0\r\n'])(
    'no name is none: %j',
    async (head) => {
      const client = await admin.dial();
      client.socket.write(`${head}Connection: close\r\n\r\n`);
      expect(await client.over()).toMatch(/^HTTP\/1\.1 403 /);
    },
  );

  test('a page of another site cannot post', async () => {
    const own = { host: 'localhost:8080' };
    const path = '/queues/api/queues/pause';
    expect(await statusFor({ ...own, origin: 'https://evil.example' }, path, 'PUT')).toBe(403);
    expect(await statusFor({ ...own, origin: 'http://localhost:9999' }, path, 'PUT')).toBe(403);
    expect(await statusFor({ ...own, origin: 'null' }, path, 'PUT')).toBe(403);
    expect(await statusFor({ ...own, origin: 'http://localhost:8080' }, path, 'PUT')).toBe(200);
  });
});

describe('when Redis fails', () => {
  const secret = 'redis://:hunter2@127.0.0.1';
  const broken = () => Promise.reject(new Error(`ECONNREFUSED ${secret}`));

  test('what needs it is 503, and says nothing of why', async () => {
    const ill = await openAdmin({
      ready: broken,
      health: broken,
      metrics: broken,
      listMeetings: broken,
      getMeeting: broken,
      listRooms: broken,
      listClusters: () => {
        throw new Error(secret);
      },
    });
    for (const path of [
      '/api/health',
      '/metrics',
      '/api/meetings',
      '/api/meetings/k',
      '/api/rooms',
      '/api/clusters',
    ]) {
      const answer = await ill.ask(path);
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body)).toEqual(
        problem(503, { title: 'Service Unavailable', detail: 'The store (Redis) could not be read.' }),
      );
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    const ready = await ill.ask('/ready');
    expect([ready.status, ready.body]).toEqual([503, '{"status":"unready"}']);
    expect((await ill.ask('/live')).status).toBe(200);
    await ill.instance.close();
  });

  test('what hangs is 503 in the end', async () => {
    const never = () => new Promise<never>(() => {});
    const hanging = await openAdmin({ ready: never, listRooms: never });
    const [ready, rooms, live] = await Promise.all(
      ['/ready', '/api/rooms', '/live'].map((path) => hanging.ask(path)),
    );
    expect([ready?.status, rooms?.status, live?.status]).toEqual([503, 503, 200]);
    await hanging.instance.close();
  });

  test('unready is 503 with its word', async () => {
    const unready = await openAdmin({ ready: async () => false });
    const answer = await unready.ask('/ready');
    expect([answer.status, answer.body]).toEqual([503, '{"status":"unready"}']);
    await unready.instance.close();
  });

  test('a cursor that nobody gave out is the client’s mistake', async () => {
    const strict = await openAdmin({ listMeetings: () => Promise.reject(new BadCursor()) });
    const answer = await strict.ask('/api/meetings?after=made-up');
    expect(JSON.parse(answer.body)).toMatchObject(problem(400, { parameter: 'after' }));
    await strict.instance.close();
  });
});
