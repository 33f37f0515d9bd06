/** Each folder below test/cases is a case: what Graph sends, and what must come of it. `UPDATE_CASES=1` writes what does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../src/http/metrics.ts';
import { addressOf, type CaseFile, Folder, listCases } from './cases/case-file.ts';
import { bodyOf } from './cases/items.ts';
import { ScriptedGraph } from './cases/scripted-graph.ts';
import { type Shown, shown } from './cases/shown.ts';
import { Stage } from './cases/stage.ts';
import { type RecordedServer, startRecordedServer } from './graph/recorded-server.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { VirtualClock } from './simulators/graph/clock.ts';

const updating = process.env.UPDATE_CASES === '1';
const metrics = createMetrics();
let redis: TestRedis;
let server: RecordedServer;

beforeAll(async () => {
  [redis, server] = await Promise.all([startRedis(), startRecordedServer()]);
});
afterAll(async () => {
  await Promise.all([redis.close(), server.close()]);
});

for (const path of listCases()) {
  const [group, name = ''] = path.split('/');
  test(`${group}: ${name.replaceAll('-', ' ')}`, () => play(new Folder(path)));
}

test('each numbered story of facts/field.md §4.1 has a case, and the README names the cases of each', () => {
  const readme = new Folder('.').text('README.md');
  const stories = listCases().flatMap((path) =>
    [new Folder(path).readCase().story ?? []].flat().map((story) => ({ story, path })),
  );
  const numbered = new Set(stories.map(({ story }) => story));
  const all = Array.from({ length: 34 }, (_, index) => index + 1);
  expect(all.filter((story) => !numbered.has(story))).toEqual([]);
  const lines = readme.split('\n');
  const unnamed = stories.filter(
    ({ story, path }) =>
      !lines.some((line) => line.startsWith(`| ${story} |`) && line.includes(`\`${path}\``)),
  );
  expect(unnamed).toEqual([]);
});

async function play(folder: Folder): Promise<void> {
  const theCase = folder.readCase();
  const clock = new VirtualClock(Date.parse(theCase.now));
  const graph = new ScriptedGraph(() => clock.now());
  graph.url = server.url;
  server.answering = (asked) => graph.answer(asked);
  await redis.redis.flushall();
  script(graph, folder, theCase);
  const stage = new Stage(folder, theCase, graph, clock, { server, metrics, redis: redis.redis });
  await stage.start();
  for (const step of theCase.steps ?? []) {
    await stage.take(step);
    if (step.look !== undefined) compare(folder, step.look, await shown(theCase, stage, graph));
  }
  compare(folder, 'expected.yaml', await shown(theCase, stage, graph));
  expect(stage.queues.failures, 'handlers that failed').toEqual([]);
  await judge(theCase, stage, graph);
}

/** What stands in the calendars before anybody reads them. */
function script(graph: ScriptedGraph, folder: Folder, { mailboxes, people }: CaseFile): void {
  for (const [room, file] of Object.entries(mailboxes ?? {})) {
    graph.have(addressOf(room), folder.items(file));
  }
  for (const [name, { events, language, timeZone, outside }] of Object.entries(people ?? {})) {
    const person = addressOf(name);
    if (outside) graph.outside.add(person);
    if (events !== undefined) graph.have(person, folder.items(events));
    if (language !== undefined || timeZone !== undefined) graph.settings(person, { language, timeZone });
  }
}

/** Only what the file speaks of is compared. */
function compare(folder: Folder, file: string, seen: Shown): void {
  const expected = folder.expected(file);
  const asked = expected === undefined ? ['meetings', 'slots', 'told'] : Object.keys(expected);
  const actual = only(seen, asked);
  const kinds = Object.keys(expected?.requests ?? {});
  if (kinds.length > 0) actual.requests = only(seen.requests, kinds);
  if (updating) folder.putExpected(file, actual);
  else expect(actual, file).toEqual(expected);
}

function only(whole: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.includes(name)));
}

/** What holds after every case, and the words that must or must not be found. */
async function judge(theCase: CaseFile, stage: Stage, graph: ScriptedGraph): Promise<void> {
  const { says = [], saysNot = [], hidden = [] } = theCase;
  for (const { item, own } of graph.written.values()) {
    expect(isWithin(own, bodyOf(item)), `each byte of the own text of ${item.id}`).toBe(true);
  }
  const told = graph.texts();
  expect(wordsIn(told, says), `words told in ${told}`).toEqual(says);
  expect(wordsIn(told, saysNot), 'words not to be told').toEqual([]);
  const views = (await stage.everyMeeting()).map(({ view }) => view);
  const seen = stage.log + (await metrics.registry.metrics()) + JSON.stringify(views);
  expect(wordsIn(seen, hidden), 'words not to be shown or logged').toEqual([]);
  graph.heal();
  await stage.audit();
  expect(await stage.differences(), 'differences that an audit finds').toEqual({});
}

const wordsIn = (text: string, words: readonly string[]) => words.filter((word) => text.includes(word));

/** Whether the text is still there, but for something put in at one place. */
function isWithin(own: string, body: string): boolean {
  let start = 0;
  while (start < own.length && own[start] === body[start]) start += 1;
  return body.endsWith(own.slice(start));
}
