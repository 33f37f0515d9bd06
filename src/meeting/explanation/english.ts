/** The steps of an explanation in English, for a terminal and for scripts; the pages say them in every language of theirs. */
import type { AccessBecause, ExplainedPart, Explanation, Step, StepWord } from './step.ts';

type Values = Step['values'];
type Sentence = string | ((values: Values) => string);

const titles: Record<ExplainedPart, string> = {
  entry: 'The entry',
  rules: 'The rules, in their order',
  bookings: 'The bookings',
  slot: 'The slot',
  access: 'Guests and hosts',
  organizer: 'The organizer',
};

type RuleWord = Extract<StepWord, `rule-${string}`>;

const rules: Record<RuleWord, readonly [passes: string, refuses: string]> = {
  'rule-cancelled': ['it is not cancelled', 'it is cancelled'],
  'rule-not-busy': [
    'it blocks its time, or the room was invited to it',
    "it is a note in the room's own calendar",
  ],
  'rule-declined': ['the room has not declined', 'the room has declined'],
  'rule-awaiting-answer': [
    'the room has accepted, or is the organizer',
    'the room has not answered, or tentatively',
  ],
  'rule-zero-length': ['it takes some time', 'it takes no time'],
  'rule-never': ['the room may have conferences', 'rooms[].conference is never'],
  'rule-other-service': [
    'no other service keeps us away',
    'it has an online meeting, and conference.onlineMeetings is leave',
  ],
  'rule-not-asked': [
    'a conference is asked for, or need not be',
    'rooms[].conference is whenAsked, and no word or category of conference.askedBy stands in it',
  ],
};

const because: Record<AccessBecause, string> = {
  asked: 'a word or a category of it asks for that',
  room: 'rooms[].access says so',
  usual: 'conference.access says so',
};

const access =
  (means: string): Sentence =>
  ({ policy, because: why }) =>
    `${policy}: ${means}; ${because[why as AccessBecause]}`;

const sentences: Record<Exclude<StepWord, RuleWord>, Sentence> = {
  'is-single': (values) => `a single event, ${span(values)}`,
  'is-series': (values) => `a series, ${span(values)}`,
  'is-date': (values) => `one date of a series, ${span(values)}`,
  'is-all-day': 'it takes whole days',
  uid: ({ uid }) => `iCalUId ${uid}`,
  private: 'private: no title or organizer is shown anywhere; people see "Meeting"',
  'hidden-by-room': 'a room of it hides titles (rooms[].privacy): people see "Meeting"',
  'hidden-until-known':
    'its title is not shown: whether the organizer\'s copy is private cannot be asked now; people see "Meeting"',
  title: ({ title }) => `title ${JSON.stringify(title)}, from the organizer's copy`,
  'title-of-room': ({ title }) => `title ${JSON.stringify(title)}, from the room's copy`,
  'no-title': 'title none: "Meeting"',
  organizer: ({ organizer }) => `organizer ${organizer}`,
  'copy-unnamed': 'no organizer is named',
  'copy-own': 'it was booked in the room itself',
  'copy-missing': 'the organizer has no such event',
  'copy-unreadable': ({ why }) => `the organizer's copy cannot be read: ${why}`,
  wiped: "the room's mailbox has emptied its copy (DeleteComments, DeleteSubject)",
  'text-of-organizer': "the room's copy is empty: the organizer's own copy was read",
  'text-missing': "the room's copy is empty: the organizer has no such event",
  'text-unreadable': "the room's copy is empty, and the organizer's cannot be read: it is taken as it is",
  'is-booking': 'so it is a booking that gets a conference',
  'no-booking': 'none',
  over: 'none: it is over (past)',
  'beyond-horizon': 'none yet: it lies beyond calendar.horizon (beyond-horizon)',
  booking: (values) => `${span(values)}  ${values.key}`,
  'more-bookings': ({ count }) => `and ${count} more within calendar.horizon`,
  'no-slot-needed': 'none is needed',
  'slots-not-known': 'Redis cannot be reached: what is reserved is not known',
  reserved: ({ number, cluster }) => `${number} on ${cluster} is reserved`,
  'reserved-for': ({ number, cluster, count, of }) =>
    `${number} on ${cluster} is reserved for ${count} of ${of} dates`,
  unplaced: ({ why }) => `without a number: ${why}`,
  'would-get': ({ number, cluster }) => `${number} on ${cluster} is free and would be reserved`,
  'each-alone': 'no number is free for all dates: each would be tried alone',
  'no-slot': 'no number of any cluster is free then; it is placed as soon as one is',
  'nobody-comes': 'nobody comes in',
  'access-open': access('all who come are alike'),
  'access-separate-numbers': access('hosts dial a number of their own, guests wait for them'),
  'access-two-pins': access('hosts enter a passcode of their own, guests wait for them'),
  'access-host-pin': access('hosts enter a passcode, guests enter none and wait for them'),
  'access-host-member': access('the organizer is the host, signed in to the bridge; guests wait'),
  'told-nothing': 'is told nothing',
  'told-by-first': 'is told by the first of these that is possible:',
  'by-event': "event: the joining details are written into the organizer's event",
  'by-event-not': "event: not possible, the organizer's own event cannot be written",
  'by-mail': ({ from }) => `mail: from ${from}`,
  'by-mail-not': 'mail: not configured (invitation.mail.from)',
  'by-reply': "reply: in the room's answer",
  'by-reply-not': 'reply: not possible, the room is the organizer',
};

/** One step as a line. */
export function stepInEnglish({ says, passes, values }: Step): string {
  if (isRule(says)) {
    const [passed, refused] = rules[says];
    return passes === true ? `yes  ${passed}` : `no   ${refused}: no conference (${says.slice(5)})`;
  }
  const sentence = sentences[says];
  return typeof sentence === 'string' ? sentence : sentence(values);
}

/** The whole of it, part by part. */
export function inEnglish({ steps }: Pick<Explanation, 'steps'>): string {
  return Object.entries(titles)
    .map(([part, title]) => {
      const lines = steps.filter((one) => one.part === part).map((one) => `  ${stepInEnglish(one)}`);
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}

function isRule(says: StepWord): says is RuleWord {
  return says.startsWith('rule-');
}

function span({ start, end }: Values): string {
  const text = (at: string | number | undefined) => String(at).replace(/:00\.000Z$/, 'Z');
  return `${text(start)} to ${text(end)}`;
}
