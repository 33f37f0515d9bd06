/** Which conferences run, and which of them have lost their call bridge: read once, and then only what has changed. */
import { type Meeting, openRun, titleOf } from './conference/meeting.ts';
import type { MeetingStore } from './redis/meetings.ts';

/** Of those that have lost their call bridge. */
const mostShown = 50;

interface Running {
  readonly title: string;
  readonly isLost: boolean;
}

export class RunningNow {
  readonly #meetings: Pick<MeetingStore, 'open' | 'loadMany'>;
  #running = new Map<string, Running>();

  constructor(meetings: Pick<MeetingStore, 'open' | 'loadMany'>) {
    this.#meetings = meetings;
  }

  /** @param changed keys of the meetings of which something has changed since the last question; `all` where nobody knows */
  async look(changed: ReadonlySet<string> | 'all') {
    if (changed === 'all') {
      const open = await this.#meetings.open();
      this.#running = new Map(open.map((meeting) => [meeting.key, runningOf(meeting)]));
    } else if (changed.size > 0) {
      const found = await this.#meetings.loadMany([...changed]);
      for (const key of changed) this.#running.delete(key);
      for (const meeting of found)
        if (openRun(meeting.run) !== undefined) this.#running.set(meeting.key, runningOf(meeting));
    }
    const lost = [...this.#running].flatMap(([key, { title, isLost }]) => (isLost ? [{ key, title }] : []));
    return { count: this.#running.size, lost: lost.slice(0, mostShown) };
  }
}

function runningOf(meeting: Meeting): Running {
  return { title: titleOf(meeting), isLost: openRun(meeting.run)?.lost !== undefined };
}
