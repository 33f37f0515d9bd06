/** English: what the pages say of requests and answers of the work on a meeting. */
export const exchanges = {
  'exchanges.with': 'With requests',
  'exchanges.show': 'Requests',
  'exchanges.of': 'Requests of: {what}',
  'exchanges.work': 'Work',
  'exchanges.copy-id': 'Copy {id}',
  'exchanges.only': 'Only this work',
  'exchanges.filtered': 'Only what belongs to one piece of work is shown:',
  'exchanges.everything': 'Show everything',
  'exchanges.none':
    'Nothing is kept of it: it asked nobody, or what it asked has made room for newer requests.',
  'exchanges.other': 'Work in which nothing happened to the meeting',
  'exchanges.sent': 'Sent',
  'exchanges.answer': 'Answer',
  'exchanges.hidden': 'hidden',
  'exchanges.unnamed': '{count|one:One more field is not kept.|other:# more fields are not kept.}',
  'exchanges.to': 'to {whom}',
  'exchanges.from': 'from {whom}',
  'exchanges.answered': 'answered {status} after {time}',
  'exchanges.failed': '{fault}, after {time}',
  'fault.unreachable': 'not reached',
  'fault.busy': 'busy',
  'fault.refused': 'refused',
  'fault.absent': 'not there',
  'fault.garbled': 'not understood',
  'fault.stale': 'changed by somebody else meanwhile',
  'fault.reset': 'has to be read anew',
};

export type Exchanges = Readonly<Record<keyof typeof exchanges, string>>;
