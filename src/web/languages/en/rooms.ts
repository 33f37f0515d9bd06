/** English: what the page of rooms says of reading them again, and of explaining an entry of their calendars. */
export const rooms = {};

export type Rooms = Readonly<Record<keyof typeof rooms, string>>;
