import { expect, test } from 'vitest';
import { readEvent } from '../../src/graph/event.ts';
import { withBlock } from '../../src/invitation/block.ts';

const askedBy = { keywords: ['#video'], categories: ['Video'] };
const room = {
  ...{ id: 'e', subject: 'Budget', organizer: { emailAddress: { name: 'Tim', address: 'tim@x' } } },
  start: { dateTime: '2026-11-23T09:00:00', timeZone: 'UTC' },
  end: { dateTime: '2026-11-23T10:00:00', timeZone: 'UTC' },
  body: { contentType: 'html', content: '<p>Agenda</p>' },
};
const read = (fields: object) => readEvent({ ...room, ...fields }, { text: { askedBy, access: [] } });
const html = (content: string) => ({ body: { contentType: 'html', content } });

test.each<[string, object]>([
  ['its subject', { subject: 'Budget #video' }],
  ['its location', { location: { displayName: 'Boardroom #video' } }],
  ['one of its locations', { locations: [{ displayName: 'Hall' }, { displayName: '#video' }] }],
  ['its text', html('<p>please:<br>#<b>video</b></p>')],
  ['its text as entities', html('<p>&#35;vid&#x65;o</p>')],
  ['its plain text', { body: { contentType: 'text', content: 'see #video' } }],
  ['its preview, where that is all there is', { body: null, bodyPreview: '#video' }],
  ['a category', { categories: ['VIDEO'] }],
])('a conference is asked for in %s', (_, fields) => {
  expect(read(fields)).toMatchObject({ isAsked: true });
});

test.each<[string, object]>([
  ['in words that only meet where lines do', html('<p>#vi</p><p>deo</p>')],
  ['in what no reader sees', html('<style>#video{}</style><!-- #video --><p title="#video">x</p>')],
  ['in our own block', withOurBlock('#video')],
  ['in fields of another shape', { categories: 'Video', locations: '#video', location: null, body: 7 }],
])('a conference is not asked for %s', (_, fields) => {
  expect(read(fields)).not.toHaveProperty('isAsked');
});

test('a link is found by the field of Graph, in the location, and in the source of the text', () => {
  expect(read({ onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/1' } })).toMatchObject({
    onlineMeeting: 'teams',
  });
  expect(read({ onlineMeeting: { joinUrl: 'https://elsewhere.example/1' } })).toMatchObject({
    onlineMeeting: 'other',
  });
  expect(read({ isOnlineMeeting: true })).toMatchObject({ onlineMeeting: 'other' });
  expect(read({ location: { displayName: 'https://a.webex.com/meet/1' } })).toMatchObject({
    onlineMeeting: 'webex',
  });
  expect(read(html('<a href="https://us02web.zoom.us/j/1">here</a>'))).toMatchObject({
    onlineMeeting: 'zoom',
  });
  expect(read({})).not.toHaveProperty('onlineMeeting');
  expect(read(withOurBlock('https://a.webex.com/meet/1'))).not.toHaveProperty('onlineMeeting');
});

test('what our block tells is read off the text', () => {
  expect(read(withOurBlock(''))).toMatchObject({ toldNumber: '8000' });
  for (const fields of [{}, { body: null, bodyPreview: 'Agenda' }, html('')]) {
    expect(read(fields)).not.toHaveProperty('toldNumber');
  }
});

test('a copy is wiped that has the name of the organizer for a subject, or none, and no text', () => {
  for (const subject of ['Tim ', ' '])
    expect(read({ subject, ...html('<html><head></head><body> &nbsp;</body></html>') })).toMatchObject({
      isWiped: true,
    });
  for (const fields of [
    {},
    { subject: 'Tim' },
    { subject: '' },
    html(''),
    { subject: 'Tim', ...html(''), isOrganizer: true },
  ]) {
    expect(read(fields)).not.toHaveProperty('isWiped');
  }
});

test('where nothing depends on the text it is not looked through', () => {
  const said = readEvent({
    ...room,
    subject: 'Tim',
    ...html('https://teams.microsoft.com/l'),
    categories: ['Video'],
  });
  expect(said).not.toHaveProperty('isAsked');
  expect(said).not.toHaveProperty('onlineMeeting');
});

test.each(['<', '<!--', '<style ', '<a href="', '&#', '</p'])(
  'a long text of nothing but %s is read in one pass',
  (piece) => {
    const time = (size: number) => {
      const content = piece.repeat(size / piece.length);
      const before = performance.now();
      read(html(content));
      return performance.now() - before;
    };
    time(200_000);
    const [small, large] = [Math.min(time(200_000), time(200_000)), Math.min(time(800_000), time(800_000))];
    expect(large).toBeLessThan(16 * Math.max(small, 5));
  },
);

function withOurBlock(said: string) {
  const block = {
    html: `<div><p>Number to dial: 8000 ${said}</p></div>`,
    text: `Number to dial: 8000 ${said}`,
  };
  return {
    body: withBlock({ contentType: 'html', content: '<html><body><p>Agenda</p></body></html>' }, block),
  };
}
