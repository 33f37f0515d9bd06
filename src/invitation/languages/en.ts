/** Every sentence in English. */
import type { Catalogue } from './catalogue.ts';

export const english: Catalogue = {
  'title.neutral': 'Meeting',
  greeting: 'Hello {{organizer}},',
  'greeting.unnamed': 'Hello,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Meeting',
  when: 'When',
  'when.series': 'Series, from {{when}}',
  room: 'Room',
  rooms: 'Rooms',
  closing:
    'Roombridge, which connects room bookings with video conferences, sent this message automatically.',

  'joining.heading': 'Join this meeting by video',
  'joining.number': 'Number to dial',
  'joining.address': 'Video address',
  'joining.passcode': 'Passcode',
  'joining.access': 'Access number',
  'sign.moved': 'Moved: now {{address}}',
  help: 'If you cannot join, please check the number and dial again. If that does not help, please contact your IT support.',
  'help.link': 'Help with joining',

  'ready.headline': 'Video conference ready',
  ready: 'The video conference for your meeting is ready. Everybody can join with the details below.',
  'ready.series':
    'The video conference for your series is ready. The details below apply to every date, unless another number is given for it.',
  'number-changed.headline': 'New number for the video conference',
  'number-changed':
    'The number of the video conference has changed. The old number, {{was}}, no longer works; please use the details below.',
  'passcode-changed.headline': 'New passcode for the video conference',
  'passcode-changed':
    'The passcode of the video conference has changed. The old one no longer works; please use the details below.',
  'other-numbers.headline': 'Different number on some dates',
  'other-numbers': {
    one: 'One date has its own number:',
    other: '{{count}} dates have their own numbers:',
  },
  'other-numbers.date': '{{date}}: number {{number}}',
  'other-numbers.date-passcode': '{{date}}: number {{number}}, passcode {{passcode}}',
  'other-numbers.next': 'The details below apply to all other dates.',
  'without-conference.headline': 'No video conference on some dates',
  'without-conference': {
    one: 'One date has no video conference:',
    other: '{{count}} dates have no video conference:',
  },
  'without-conference.date-nearest': '{{date}} (nearest time with a free number: {{nearest}})',
  'without-conference.next':
    'The rooms stay booked. If you need video on such a date, please move that meeting to a time when a number is free.',
  'no-slot.headline': 'No video conference possible',
  'no-slot': 'There is no video conference for this meeting: no number is free at this time.',
  'no-slot.nearest': 'The nearest time at which a number is free: {{nearest}}.',
  'no-slot.next':
    'The rooms stay booked. As soon as a number becomes free, it will be reserved for this meeting and you will be told.',
  'placed-after-all.headline': 'Video conference possible after all',
  'placed-after-all':
    'A number has become free, and the video conference will take place after all. Everybody can join with the details below.',
  'given-up.headline': 'Video conference not available',
  'given-up': 'The video conference could not be started, because the conference system cannot be reached.',
  'given-up.same-again':
    'We keep trying. As soon as the system answers, the conference starts with the same number.',
  'given-up.nothing':
    'There will be no further attempt. Please meet in another way, and tell your IT support about it.',
  'extended.headline': 'Video conference extended',
  extended: 'People were still taking part, so the video conference has been extended until {{until}}.',
  'ended-at-limit.headline': 'Video conference ended',
  'ended-at-limit':
    'The video conference was extended for as long as is permitted and has now ended: {{at}}.',
  'ended-at-limit.next': 'If you need more time, please book a new meeting.',
  'unused.headline': 'Video conference given back',
  unused: 'Nobody took part, so the video conference has been ended. Its number no longer works.',
  'unused.room': 'The room has been given back as well, so that others can book it.',
  'unused.next': 'If you still want to meet, please book a new meeting.',
  'room-declined.headline': 'A room has declined some dates',
  'room-declined': {
    one: '{{room}} has declined one date:',
    other: '{{room}} has declined {{count}} dates:',
  },
  'room-declined.next':
    'All other dates stand. If you need a room on a declined date, please book another one.',
  'hosts.headline': 'How you join as the host',
  hosts:
    'Guests wait until a host is in. To join as the host, dial {{address}} and enter the passcode {{passcode}}.',
  'hosts.no-passcode': 'Guests wait until a host is in. To join as the host, dial {{address}}.',
  'hosts.next':
    'These details are for hosts only and stand in no invitation. Everybody else joins with the details in the invitation.',
  'withdrawn.headline': 'Video conference cancelled',
  withdrawn: 'The video conference for this meeting has been cancelled. Its number no longer works.',
  'withdrawn.next': 'If you have passed the details on, please let those people know.',

  warning: {
    one: 'This conference ends in one minute.',
    other: 'This conference ends in {{count}} minutes.',
  },
  'warning.soon': 'This conference ends in less than a minute.',

  more: { one: 'and one more', other: 'and {{count}} more' },
};
