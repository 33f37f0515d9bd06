/** What strangers call themselves comes in as a text of one line, whichever way the call bridge is asked. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listEverybody, listParticipants } from '../../src/cms/participants.ts';
import { RawBridge } from './raw-bridge.ts';

const name = '\n Ann\n8001  Board\u001b[2J&#10;&amp; &#252;';
const said = 'Ann 8001  Board [2J & ü';

let bridge: RawBridge;
beforeEach(async () => {
  bridge = await RawBridge.start(({ xml, path }) => {
    if (path.endsWith('/callLegs'))
      xml(`<callLegs total="1"><callLeg id="p"><name>${name}</name></callLeg></callLegs>`);
    else if (path.includes('/old/')) xml('<failureDetails><unrecognisedObject/></failureDetails>', 400);
    else xml(`<participants total="1"><participant id="p"><name>${name}</name></participant></participants>`);
  });
});
afterEach(() => bridge.stop());

test.each(['call', 'old'])('in a call: %s', async (call) => {
  expect(await listParticipants(bridge.client(), call)).toMatchObject([{ id: 'p', name: said, address: '' }]);
});

test('in all calls', async () => {
  expect(await listEverybody(bridge.client())).toMatchObject([{ id: 'p', name: said }]);
});

test('and is no longer than names are', async () => {
  const long = '😀'.repeat(1_000);
  bridge.handler = ({ xml }) =>
    xml(`<participants total="1"><participant id="p"><name>${long}</name></participant></participants>`);
  expect(await listParticipants(bridge.client(), 'call')).toMatchObject([{ name: '😀'.repeat(250) }]);
});
