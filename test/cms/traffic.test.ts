/** What is told of requests to a call bridge: enough to see what happened, and no PIN, secret or word of people. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CmsFault } from '../../src/cms/fault.ts';
import { type Traffic, toldOf } from '../../src/cms/traffic.ts';
import { parseXml, XmlElement } from '../../src/cms/xml.ts';
import type { Discretion } from '../../src/conference/exchange/hiding.ts';

const discretion: Discretion = { known: new Set(['board@video.example']), secrets: ['the-api-password'] };
const traffic = (fields: Partial<Traffic>): Traffic => ({
  ...{ callBridge: 'https://cms1', method: 'GET', path: '/api/v1/calls', at: 0, took: 3.4, ...fields },
});
const told = (fields: Partial<Traffic>) => toldOf(traffic(fields), discretion);

describe('it is told', () => {
  it('what was written, without passcode, secret and title', () => {
    const form = [
      ['name', 'Salaries'],
      ['callId', '80991007'],
      ['passcode', '471147'],
      ['secret', 'abcdef'],
      ['nonMemberAccess', true],
      ['defaultLayout', undefined],
    ] as const;
    expect(told({ method: 'PUT', path: '/api/v1/coSpaces/1f-2', form })).toEqual({
      ...{ system: 'call-bridge', callBridge: 'https://cms1', method: 'PUT', path: '/api/v1/coSpaces/1f-2' },
      ...{ at: 0, took: 3, status: 200 },
      sent: { name: null, callId: '80991007', passcode: null, secret: null, nonMemberAccess: 'true' },
    });
  });

  it('what was made', () => {
    expect(told({ method: 'POST', form: [['coSpace', 's-1']], made: 'c-1' })).toMatchObject({
      ...{ sent: { coSpace: 's-1' }, answer: { id: 'c-1' } },
    });
  });

  it('what was answered: rooms by their addresses, people not at all, and of a long list the first', () => {
    const leg = (id: string, party: string) =>
      `<callLeg id="${id}"><name>Ann</name><remoteParty>${party}</remoteParty><odd>1</odd></callLeg>`;
    const legs = [leg('l1', 'board@video.example'), leg('l2', 'ann@x.example'), leg('l3', ''), leg('l4', '')];
    const root = parseXml(`<callLegs total="4">${legs.join('')}</callLegs>`);
    expect(told({ root })).toMatchObject({
      answer: {
        ...{ total: '4', 'callLeg.id': 'l1', 'callLeg.name': null },
        ...{ 'callLeg.remoteParty': 'board@video.example' },
        ...{ 'callLeg.2.id': 'l2', 'callLeg.2.remoteParty': null, 'callLeg.3.id': 'l3' },
      },
      unnamed: 3,
    });
    expect(JSON.stringify(told({ root }))).not.toMatch(/l4|Ann|ann@/);
  });

  it('the number of a conference, and not that of a person', () => {
    const root = parseXml(
      '<participants><participant id="p"><uri>4917012345</uri></participant></participants>',
    );
    const path = '/api/v1/calls/1/participants';
    expect(told({ path, root }).answer).toEqual({ 'participant.id': 'p', 'participant.uri': null });
    const space = parseXml('<coSpace id="s"><uri>80991007</uri></coSpace>');
    expect(told({ path: '/api/v1/coSpaces/s', root: space }).answer).toEqual({ id: 's', uri: '80991007' });
  });

  it('why it failed, in the words of the call bridge', () => {
    const fault = new CmsFault('passcode 471147 is no good', {
      ...{ kind: 'refused', callBridge: 'https://cms1', status: 400, reasons: ['parameterError', '471147'] },
    });
    const said = told({ fault });
    expect(said).toMatchObject({ status: 400, fault: 'refused', reason: 'parameterError' });
    expect(JSON.stringify(said)).not.toContain('471147');
    expect(told({ fault: new CmsFault('', { kind: 'unreachable', callBridge: '' }) }).status).toBeUndefined();
  });
});

describe('it is never told', () => {
  const pin = fc.stringMatching(/^[0-9]{4,12}$/);
  // Fields that have numbers of conferences, ids and counts in them are not PINs'.
  const open =
    /^(?:id|call.*|co?space.*|accessMethod|moved.*|dialIn.*|conversationId|.*Filter|uri|secondaryUri|filter)$/i;
  const words =
    /^(?:total|limit|offset|importance|participantLimit|num.*|max.*|duration.*|passcodeTimeout|message.*|deactivationModeTime|startIndex|endIndex)$/i;
  const name = fc.stringMatching(/^[A-Za-z]{1,20}$/).filter((one) => !open.test(one) && !words.test(one));
  const secretName = fc.oneof(
    name,
    fc.constantFrom('passcode', 'secret', 'name', 'messageText', 'remoteParty'),
  );

  it('a PIN, wherever it is not a number, an id or a count', () => {
    fc.assert(
      fc.property(pin, fc.array(secretName, { minLength: 1, maxLength: 8 }), (secret, names) => {
        const form = names.map((one) => [one, secret] as const);
        const inside = names.map((one) => new XmlElement(one, {}, [], secret));
        const root = new XmlElement('x', { id: 'a' }, [new XmlElement('y', {}, inside, '')], '');
        const json = JSON.stringify(told({ form, query: Object.fromEntries(form), root }));
        expect(json).not.toContain(secret);
      }),
    );
  });

  it('a secret of the configuration, wherever it stands', () => {
    const anyName = fc.stringMatching(/^[A-Za-z]{1,20}$/);
    const around = fc.stringMatching(/^[a-z-]{0,5}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, around, around), { minLength: 1 }), (fields) => {
        const form = fields.map(
          ([one, before, after]) => [one, `${before}the-api-password${after}`] as const,
        );
        const id = { method: 'PUT', path: `/api/v1/${form[0]?.[1]}`, form, made: form[0]?.[1] };
        expect(JSON.stringify(told(id))).not.toContain('the-api-password');
      }),
    );
  });
});
