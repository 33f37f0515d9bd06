/**
 * Listens to the events of one call bridge for as long as the claim on it holds. At least once; safe because what is heard
 * only waits to be folded in, and the same heard twice is once. When the process dies its sockets close, and another one
 * listens within seconds; what was missed meanwhile is told anew with the subscription.
 */

import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { heardAt } from '../src/cms/events/heard.ts';
import type { EventNews } from '../src/cms/events/news.ts';
import { EventStream } from '../src/cms/events/stream.ts';
import type { CallBridgeConfig } from '../src/config.ts';
import type { AttendanceStore } from '../src/redis/attendance.ts';
import type { Work } from './processor.ts';

export interface ListeningDeps {
  readonly attendance: AttendanceStore;
  readonly log: Logger;
  fold(address: string): Promise<void>;
  doubt(address: string): Promise<void>;
}

/** Milliseconds; calls that have come are listened to within them. */
const turn = 500;
const tell = 100;

export async function listen(
  { attendance, log, fold, doubt }: ListeningDeps,
  work: Work,
  callBridge: CallBridgeConfig,
  dispatcher: Dispatcher,
): Promise<number | undefined> {
  const { address } = callBridge;
  let heard: EventNews[] = [];
  let isOpen = false;
  const stream = new EventStream({
    ...{ callBridge, dispatcher },
    onNews: (news) => heard.push(news),
    onState: (state, why) => {
      isOpen = state === 'open';
      log.info({ callBridge: address, state, why }, 'events of a call bridge');
    },
  });
  stream.start();
  try {
    for (let next = 0; !work.stopping && work.held; ) {
      const now = Date.now();
      if (heard.length > 0) {
        const news = heardAt(heard, now);
        // Who left while nobody listened is not told of: until they were looked for, the picture is not believed.
        const isNew = heard.some(({ kind }) => kind === 'reset');
        heard = [];
        if (isNew) await doubt(address);
        if (!(await attendance.push(address, [{ heard: now, news }]))) await doubt(address);
        await fold(address);
      }
      if (now >= next) {
        const wanted = new Set((await attendance.openCalls(address)).keys());
        stream.want(wanted);
        const isCovered = isOpen && [...wanted].every((call) => stream.covered().has(call));
        if (isCovered) await attendance.putSource(address, { eventsAt: now });
        next = now + turn;
      }
      await work.waitUntil(Date.now() + tell);
    }
  } finally {
    await stream.close();
  }
  return Date.now();
}
