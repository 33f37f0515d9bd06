/** What hosts join with is told the organizer once, and in no text that anybody else reads. */
import { describe, expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import { languages } from '../../src/config-schema.ts';
import { hostsMoments } from '../../src/invitation/hosts.ts';
import type { About, Fact, Notice } from '../../src/invitation/notice.ts';
import { targetsOf } from '../../src/invitation/targets.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { mailOf } from '../../src/invitation/telling/mail.ts';
import { replyOf } from '../../src/invitation/telling/reply.ts';

const start = Date.UTC(2026, 2, 3, 9);
const hour = 3_600_000;
const day = 24 * hour;
const clusters = [{ name: 'emea', domain: 'meet.example.com' }];

/** A date of a series whose hosts have this passcode; undefined where all are alike. */
function date(n: number, passcode: string | undefined, number = '8000'): Meeting {
  const booked = {
    ...{ key: `uid@${n}`, uid: 'uid', originalStart: start + n * day, start: start + n * day },
    ...{ end: start + n * day + hour, title: 'Budget', isPrivate: false, rooms: ['board@x'] },
  };
  const hosts = passcode === undefined ? {} : { hosts: { policy: 'two-pins', number, passcode } };
  return {
    ...{ key: booked.key, booked, last: booked, bookings: new Map(), run: undefined },
    placement: { cluster: 'emea', number, passcode: '222333', secret: 's', ...hosts },
  } as Meeting;
}
const moments = (meetings: Meeting[], told: string[] = []) =>
  hostsMoments(targetsOf(meetings, start - day), clusters, told);

describe('what is told', () => {
  it('is nothing where all are alike', () => {
    expect(moments([date(0, undefined), date(1, undefined)])).toEqual([]);
  });

  it('is once for a whole series, however many dates come and go', () => {
    const [one, ...others] = moments([date(0, '471147'), date(1, '471147')]);
    expect(others).toEqual([]);
    expect(one?.fact).toEqual({ kind: 'hosts', uri: '8000@meet.example.com', passcode: '471147', dates: [] });
    expect(moments([date(1, '471147'), date(2, '471147')], [one?.id ?? ''])).toEqual([]);
  });

  it('is told with its dates where some have another, and again where the passcode is another', () => {
    const all = [date(0, '471147'), date(1, '471147'), date(2, '993311', '8001')];
    const [usual, other] = moments(all);
    expect(other?.fact).toMatchObject({ uri: '8001@meet.example.com', dates: [{ start: start + 2 * day }] });
    expect(moments(all, [usual?.id ?? '', other?.id ?? ''])).toEqual([]);
    expect(moments([date(0, '555666')], [usual?.id ?? ''])).toHaveLength(1);
  });
});

describe.each(languages)('in %s', (language) => {
  const reader = { language, timeZone: 'Europe/Berlin' };
  const about: About = {
    ...{ title: 'Budget', start, end: start + hour, isAllDay: false, isSeries: false },
    ...{ rooms: ['Board room'], organizer: 'Tim', isPrivate: false },
  };
  const hosts = (passcode: string): Fact => ({
    ...{ kind: 'hosts', uri: '8000@meet.example.com', passcode },
    dates: [{ start, end: start + hour }],
  });
  const notice = (passcode: string): Notice => ({ joining: undefined, facts: [hosts(passcode)] });

  it('mail and answer say what to dial and to enter', () => {
    const mail = mailOf(notice('471147'), about, reader);
    for (const text of [mail.html, mail.text, replyOf(notice('471147'), about, reader)]) {
      expect(text).toContain('8000@meet.example.com');
      expect(text).toContain('471147');
      expect(text).not.toContain('{{');
    }
    expect(mail.subject).not.toContain('471147');
    expect(replyOf(notice(''), about, reader)).not.toMatch(/\{\{|passcode/);
  });

  it('the invitation says nothing of it, whatever it is given', () => {
    const joining = { number: '8000', uri: '8000@meet.example.com', passcode: '222333', accessNumbers: [] };
    const block = blockOf({ joining, facts: [hosts('471147')] }, reader);
    expect(`${block?.html}${block?.text}`).toContain('222333');
    expect(`${block?.html}${block?.text}`).not.toContain('471147');
  });
});
