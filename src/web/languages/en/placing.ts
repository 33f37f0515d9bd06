/** English: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
export const placing = {
  'invitation.title': 'The invitation',
  'invitation.text': 'What everybody who is invited reads',
  'invitation.written': "Written into the organizer's event",
  'invitation.mailed': 'Sent to the organizer by mail',
  'invitation.answered': "Told to the organizer in a room's answer",
  'invitation.not-told': 'The organizer could not be told',
  'invitation.nothing': 'It says nothing of how to join.',
  'invitation.reason': 'It is not in the event: {reason}',
  'invitation.sent':
    '{count|one:One thing was written or sent about it|other:# things were written or sent about it}',
  'do.tell-again': 'Send the invitation again',
  'do.place-again': 'Give it another number',
  'do.place-now': 'Find a number now',
  'do.move-bridge': 'Move to another call bridge',
  'harm.place-again':
    '“{title}” gives up number {number} and gets another one. The invitation is written anew and the organizer told; whoever has noted the old number, or has it in a calendar that is not updated, will come to a locked space that names the new one.',
  'harm.move-bridge':
    'Everybody in “{title}” is put out and has to dial in again. The number stays, and its rooms are called again.',
  'field.bridge': 'Call bridge',
  'field.bridge-any': 'The first that is well and in service',
  'did.invitation-written': 'The invitation was written again, and goes to everybody who is invited.',
  'did.organizer-mailed': 'The organizer was sent a mail.',
  'did.organizer-answered': 'A room of the meeting has answered the organizer.',
  'did.placed': 'Its number is {number} now.',
  'did.moved-over': 'It runs on {callBridge} now, and its rooms are called again.',
  'refusal.is-running':
    'It runs, and people are in by its number: end it first, or move it to another call bridge, which keeps the number.',
  'refusal.is-over': 'It is over, or was cancelled.',
  'refusal.another-number': 'By now it has another number than the one that was to be given up.',
  'refusal.no-other-number': 'No other number is free for its time.',
  'refusal.not-running':
    'It does not run. When it starts, it does so on the first call bridge of its cluster that is well and in service, in the order of the configuration.',
  'refusal.bridge-unknown': 'Its cluster has no such call bridge.',
  'refusal.bridge-down': 'That call bridge does not answer.',
  'refusal.bridge-drained': 'That call bridge is taken out of service.',
  'refusal.runs-there': 'It runs on that call bridge already.',
  'refusal.no-other-bridge': 'No other call bridge of its cluster is well and in service.',
  'refusal.told-just-now': 'The organizer was told just now; nothing was sent again.',
  'refusal.told-often': 'As many messages about it were sent within an hour as may be; try again later.',
  'refusal.nothing-to-tell':
    'There is nothing to tell: it is over, was cancelled, or nobody has organized it.',
  'refusal.not-told': 'No way to the organizer is open.',
} as const;

export type Placing = Readonly<Record<keyof typeof placing, string>>;
