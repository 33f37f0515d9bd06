/** Who plays in the demo, where, and by which clock: minutes of an office are seconds here. */

export interface PlayedRoom {
  readonly mailbox: string;
  readonly name: string;
  readonly sip: string;
}

const room = (user: string, name: string): PlayedRoom => ({
  mailbox: `${user}@example.com`,
  name,
  sip: `${user}@video.example.com`,
});

export const boardRoom = room('boardroom', 'Board room');
export const huddle = room('huddle', 'Huddle');
export const studio = room('studio', 'Studio');
export const rooms = [boardRoom, huddle, studio];

export const tim = { mailbox: 'tim@example.com', name: 'Tim' };
export const ann = { mailbox: 'ann@example.com', name: 'Ann' };

export const slots = 20;

/** Seconds. */
export const setup = 3;
const extensionBy = 8;
export const conference = {
  setup: `${setup}s`,
  teardown: '3s',
  lead: '2s',
  extension: { by: `${extensionBy}s`, times: 3 },
};
/** Milliseconds. */
export const setupTime = setup * 1_000;
export const extensionTime = extensionBy * 1_000;

/** `Board room and Huddle`. */
export function namesOf(these: readonly PlayedRoom[]): string {
  return these.map(({ name }) => name).join(' and ');
}
