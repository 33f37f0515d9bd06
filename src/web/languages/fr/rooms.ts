/** French: what the page of rooms says of reading them again, and of explaining an entry of their calendars. */
import type { Rooms } from '../en/rooms.ts';

export const rooms: Rooms = {};
