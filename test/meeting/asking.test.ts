import { describe, expect, it } from 'vitest';
import { askedWhere, type EventText, serviceOf } from '../../src/meeting/asking.ts';

const text = (fields: Partial<EventText> = {}): EventText => ({
  ...{ title: '', locations: [], body: '', categories: [] },
  ...fields,
});
const askedBy = { keywords: ['#video', 'Video Call', 'видео', '会议'], categories: ['Video conference'] };

describe('a conference is asked for', () => {
  it.each<[string, Partial<EventText>, string]>([
    ['by a word in the title', { title: 'Budget #video' }, 'title'],
    ['in whatever case', { title: 'budget #VIDEO.' }, 'title'],
    ['by words over a line end', { body: 'a video\r\n call please' }, 'text'],
    ['by a word in a location', { locations: ['Room 1', 'Room 2; #video'] }, 'location'],
    ['by a word in the text', { body: 'Please (#video)!' }, 'text'],
    ['in another script', { title: 'Встреча, ВИДЕО' }, 'title'],
    ['by a word that stands between marks', { title: '「会议」' }, 'title'],
    ['by a category', { categories: ['Red category', 'video CONFERENCE'] }, 'category'],
  ])('%s', (_, fields, where) => {
    expect(askedWhere(text(fields), askedBy)?.where).toBe(where);
  });

  it.each<[string, Partial<EventText>]>([
    ['by a part of a word', { title: 'Budget #videos' }],
    ['by a part of a word before it', { title: 'x#video1' }],
    ['by a part of a word in another script', { title: 'видеокарта' }],
    ['by a word with a letter beyond the first plane beside it', { title: '#video𝒜' }],
    ['by a part of a category', { categories: ['Video'] }],
    ['by a category in the title', { title: 'Video conference' }],
    ['by nothing', {}],
  ])('but not %s', (_, fields) => {
    expect(askedWhere(text(fields), askedBy)).toBeUndefined();
  });

  it('by nothing where nothing is configured, and an empty word stands nowhere', () => {
    const all = text({ title: 'a', body: 'b', categories: ['c'] });
    expect(askedWhere(all, { keywords: ['', ' '], categories: [] })).toBeUndefined();
  });
});

it.each([
  ['https://teams.microsoft.com/l/meetup-join/19%3ameeting', 'teams'],
  ['https://teams.live.com/meet/93', 'teams'],
  ['https://gov.teams.microsoft.us/l/meetup-join/19', 'teams'],
  ['join at https://fabrikam.webex.com/meet/tim.', 'webex'],
  ['https://us02web.zoom.us/j/8', 'zoom'],
  ['https://agency.zoomgov.com/j/8', 'zoom'],
  ['<a href="https://meet.google.com/abc-defg-hij">', 'google'],
  ['https://eur03.safelinks.example/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup', 'teams'],
  ['https://eur03.safelinks.example/?url=https%3a%2f%2ffabrikam.zoom.us%2fj', 'zoom'],
  ['HTTPS://TEAMS.MICROSOFT.COM/l', 'teams'],
  ['https://notwebex.com/meet', undefined],
  ['https://webex.com.evil.example/meet', undefined],
  ['teams.microsoft.com without a scheme', undefined],
  ['', undefined],
])('in %s the service is %s', (said, service) => {
  expect(serviceOf(said)).toBe(service);
});
