/** Documents of records that the simulated bridge does not send: other spellings, broken ones, hostile ones. */
import { describe, expect, test } from 'vitest';
import { type CdrRecord, parseRecords } from '../../../src/cms/cdr/records.ts';

const session = '01d7d7c4-7b27-4c21-a7dd-f0ae4ff1a2c5';
const leg = '98af5d4f-3b9d-4f3e-a3f7-6f4a4b5c6d7e';

const parse = (text: string) => parseRecords(Buffer.from(text));
const batch = (records: string) =>
  parse(`<?xml version="1.0"?><records session="${session}">${records}</records>`);
const record = (type: string, body: string, attributes = 'time="2017-01-31T12:00:01Z" correlatorIndex="4"') =>
  `<record type="${type}" ${attributes} recordIndex="5">\n${body}</record>\n`;

function only(text: string): CdrRecord | undefined {
  const records = batch(text)?.records ?? [];
  expect(records).toHaveLength(1);
  return records[0];
}

const known = { index: 4, at: Date.UTC(2017, 0, 31, 12, 0, 1), missing: 0 };

describe('a record', () => {
  test('of a leg that begins has all that it tells', () => {
    const moved = '<movedCallLeg>AA</movedCallLeg><movedCallLegCallBridge>BB</movedCallLegCallBridge>';
    const body =
      `<callLeg id="${leg.toUpperCase()}"><remoteParty>sip:Ann@Example.com;transport=tls</remoteParty>` +
      '<localAddress>8000@meet.example.com</localAddress><displayName>Ann &amp; &#228;</displayName><type>sip</type>' +
      '<subtype>lync</subtype><direction>outgoing</direction><call>CC</call><groupId>dd</groupId>' +
      '<ownerId>Me/1</ownerId><guestConnection>true</guestConnection><canMove>false</canMove>' +
      `${moved}<sipCallId>X@y</sipCallId><cdrTag>t</cdrTag></callLeg>`;
    expect(only(record('callLegStart', body))).toEqual({
      ...known,
      ...{ what: 'leg-start', leg, address: 'ann@example.com', name: 'Ann & ä', direction: 'outgoing' },
      ...{ type: 'sip', subType: 'lync', call: 'cc', group: 'dd', owner: 'Me/1', isGuest: true },
      ...{ canMove: false, movedLeg: 'aa', movedLegCallBridge: 'bb', sipCallId: 'X@y' },
    });
  });

  test('of a leg that ends has its alarms and its media', () => {
    const body =
      `<callLeg id="${leg}"><reason>callEnded</reason><remoteTeardown>false</remoteTeardown>` +
      '<durationSeconds>61</durationSeconds><activatedDuration>60</activatedDuration>' +
      '<alarm type="packetLoss" durationPercentage="1.4"/><alarm type="packetLoss" durationPercentage="0.4"/>' +
      '<alarm type="highRoundTripTime" durationPercentage="120"/><alarm type="excessiveJitter" durationPercentage="x"/>' +
      '<rxAudio/><txAudio><codec>opus</codec></txAudio><rxVideo><codec>h264</codec><maxSizeWidth>1920</maxSizeWidth>' +
      '<maxSizeHeight>1080</maxSizeHeight></rxVideo></callLeg>';
    expect(only(record('callLegEnd', body))).toEqual({
      ...known,
      ...{ what: 'leg-end', leg, reason: 'callEnded', isRemoteTeardown: false, durationSeconds: 61 },
      ...{ activatedSeconds: 60, alarms: { packetLoss: 1.4, highRoundTripTime: 100 } },
      media: { audioCodec: 'opus', videoCodec: 'h264', width: 1920, height: 1080 },
    });
  });

  test.each([
    ['recordingStart', '<recording id="r"><path>p</path><call>c</call></recording>', { call: 'c' }],
    ['recordingEnd', '<recording id="r"/>', {}],
    ['streamingStart', '<streaming id="r"><streamUrl>u</streamUrl><call>c</call></streaming>', { call: 'c' }],
    ['streamingEnd', '<streaming id="r"></streaming>', {}],
  ])('of type %s', (type, body, more) => {
    const what = type.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    expect(only(record(type, body))).toEqual({ ...known, what, id: 'r', ...more });
  });

  test('of which next to nothing is said has no fields that it does not have', () => {
    expect(only(record('callStart', '<call id="c"/>'))).toEqual({
      ...known,
      ...{ what: 'call-start', call: 'c', name: '' },
    });
    expect(only(record('callEnd', '<call id="c"/>'))).toEqual({ ...known, what: 'call-end', call: 'c' });
    expect(only(record('callLegEnd', '<callLeg id="l"/>'))).toEqual({
      ...known,
      ...{ what: 'leg-end', leg: 'l', alarms: {} },
    });
  });

  test('with values that are none is read without them', () => {
    const body =
      '<callLeg id="l"><direction>sideways</direction><type>h323</type><guestConnection>maybe</guestConnection>' +
      '<call>not an id</call></callLeg>';
    expect(only(record('callLegStart', body))).toEqual({
      ...known,
      ...{ what: 'leg-start', leg: 'l', address: '', name: '' },
    });
    const end = '<callLeg id="l"><durationSeconds>-1</durationSeconds><activatedDuration/></callLeg>';
    expect(only(record('callLegEnd', end))).not.toHaveProperty('durationSeconds');
  });

  test('in another case, with attributes and elements that nobody knows', () => {
    const body = '<CallLeg id="l" new="1"><State>Connected</State><IVR /><news><a/></news></CallLeg>';
    expect(
      only(record('CALLLEGUPDATE', body, 'Time="2017-01-31T13:00:01+01:00" CorrelatorIndex="4"')),
    ).toEqual({
      ...known,
      ...{ what: 'leg-update', leg: 'l', isConnected: true, isInIvr: true },
    });
  });

  test.each(['numPreceedingRecordsMissing', 'numPrecedingRecordsMissing'])(
    'tells what is missing before it as %s',
    (name) => {
      const attributes = `correlatorIndex="9" ${name}="3"`;
      const found = only(record('callEnd', '<call id="c"/>', attributes));
      expect(found).toEqual({ index: 9, at: undefined, missing: 3, what: 'call-end', call: 'c' });
    },
  );

  test.each(['yesterday', '2017-13-31T12:00:01Z', '', '2017', 'NaN'])(
    'has no time where that is "%s"',
    (time) => {
      const found = only(record('callEnd', '<call id="c"/>', `time="${time}" correlatorIndex="4"`));
      expect(found).toMatchObject({ what: 'call-end', at: undefined });
    },
  );

  test('of an unknown type is told as such', () => {
    expect(only(record('whiteboardStart', '<whiteboard id="w"/>'))).toEqual({
      ...known,
      ...{ what: 'other', type: 'whiteboardStart' },
    });
  });

  test('has texts without end and without control characters no more', () => {
    const long = '😀'.repeat(2_000);
    const found = only(record('callStart', `<call id="c"><name>a&#7;&#10;b${long}</name></call>`));
    const name = found?.what === 'call-start' ? found.name : '';
    expect(name.startsWith('a b😀')).toBe(true);
    expect(name.length).toBeLessThanOrEqual(500);
    expect(name).not.toMatch(/[\uD800-\uDBFF]$/);
  });
});

describe('a record that cannot be used', () => {
  test.each([
    ['without a type', '<record time="2017-01-31T12:00:01Z" correlatorIndex="4"><call id="c"/></record>'],
    ['without the element of its type', record('callEnd', '<callLeg id="l"/>')],
    ['without an id', record('callEnd', '<call/>')],
    ['with an id that is none', record('callEnd', `<call id="${'c'.repeat(101)}"/>`)],
    ['with a name that is not escaped', record('callStart', '<call id="c"><name>R & D</name></call>')],
    ['cut off', record('callStart', '<call id="c"><name>')],
    [
      'with names that are none',
      record('callStart', '<call id="c"><a __proto__="x" constructor="y"/></call>'),
    ],
    ['nested without end', record('callStart', '<a>'.repeat(5_000) + '</a>'.repeat(5_000))],
  ])('%s is counted, and keeps nobody waiting', (_, broken) => {
    const good = record('callEnd', '<call id="c"/>');
    const found = batch(good + broken + good);
    expect(found?.session).toBe(session);
    expect(found?.records.map(({ what }) => what)).toEqual(['call-end', 'unreadable', 'call-end']);
    expect(found?.records[1]).toEqual({ ...known, what: 'unreadable' });
  });

  test('without an index is not even to be counted', () => {
    expect(only(record('callEnd', '<call id="c"/>', 'time="2017-01-31T12:00:01Z"'))).toEqual({
      ...known,
      ...{ index: undefined, what: 'unreadable' },
    });
    expect(batch('<record & </record>')?.records).toEqual([
      { index: undefined, at: undefined, missing: 0, what: 'unreadable' },
    ]);
  });
});

describe('a document', () => {
  test.each([
    ['nothing', ''],
    ['text', 'records'],
    ['a web page', '<!DOCTYPE html><html><body><p>Back soon.<br></body></html>'],
    ['another root', `<record session="${session}"/>`],
    ['without a session', '<records callBridge="b"></records>'],
    ['with a session that is none', '<records session="&quot;"></records>'],
    ['cut off', `<records session="${session}">${record('callEnd', '<call id="c"/>')}`],
    ['cut off within a tag', `<records session="${session}">${record('callEnd', '<call id="c"/>')}</reco`],
    ['two documents', `<records session="${session}"/><records session="${session}"/>`],
    [
      'with entities of its own',
      `<?xml version="1.0"?><!DOCTYPE records [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><records session="${session}">` +
        `${record('callStart', '<call id="c"><name>&b;</name></call>')}</records>`,
    ],
    ['in another encoding', Buffer.from(`<records session="${session}"/>`, 'utf16le').toString('latin1')],
  ])('that is %s is none', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('of no records is one', () => {
    expect(parse(`<records session="${session.toUpperCase()}" callBridge="B"/>`)).toEqual({
      ...{ session, callBridge: 'b', records: [] },
    });
    expect(parse(`\ufeff<records session="${session}" callBridge=""> </records>\n`)).toEqual({
      ...{ session, callBridge: undefined, records: [] },
    });
  });

  test('with bytes that are no UTF-8 is read all the same', () => {
    const text = `<records session="${session}">${record('callStart', '<call id="c"><name>M\u00fcller</name></call>')}</records>`;
    expect(parseRecords(Buffer.from(text, 'latin1'))?.records).toMatchObject([{ name: 'M\ufffdller' }]);
  });
});

test('names of properties of objects reach none', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const hostile = `<call id="c"><${name} a="1">x</${name}><name>n</name></call>`;
    const good = record('callEnd', '<call id="c"/>');
    const records = batch(record('callStart', hostile) + good)?.records;
    expect(records?.[0]).toMatchObject(known);
    expect(records?.[1]).toEqual({ ...known, what: 'call-end', call: 'c' });
  }
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

const long = (part: string) => part.repeat(Math.ceil(300_000 / part.length));

test.each([
  ...[
    '<',
    '<a ',
    '<a b="',
    '<!--',
    '<![CDATA[',
    '&',
    '&#x41;',
    '&x;',
    '<?',
    '<?x?>',
    '<a>',
    '<a/>',
    '</a>',
    '>',
    ' ',
  ],
  ...[
    '</record>',
    '<record ',
    '<record',
    '<records ',
    '<record></record>',
    '<record correlatorIndex="1"/>',
    '"',
    '\n',
  ],
  ...[
    '<a></a',
    '<!DOCTYPE ',
    '<![CDATA[</record>]]>',
    '<!--</record>-->',
    ']]>',
    '<record correlatorIndex="1" & ',
  ],
])('%j over and over is done with in time that grows with its length', (part) => {
  const content = long(part);
  for (const text of [
    content,
    `<records session="s">${content}`,
    `<records session="s">${content}</records>`,
    `<records session="s" ${content}></records>`,
    `<records session="s">${record('callStart', `<call id="c"><name>${content}</name></call>`)}</records>`,
    `<records session="s">${record(content, '')}</records>`,
  ]) {
    const found = parse(text);
    expect(found === undefined || found.session === 's').toBe(true);
  }
});
