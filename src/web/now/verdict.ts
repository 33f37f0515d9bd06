/** The answer to "is anything wrong?": what is wrong, the worst first, each with where it leads; nothing where all is well. */
import type { Standing, Starts } from '../answers.ts';
import type { Key } from '../catalogue.ts';
import type { Values } from '../sentence.ts';

export interface Finding {
  readonly weight: 'wrong' | 'careful';
  readonly key: Key;
  readonly values: Values;
  readonly href: string;
}

const meetingHref = (key: string) => `/meetings/${encodeURIComponent(key)}`;

export function findingsOf(standing: Standing, starts: Starts['starts']): Finding[] {
  const found: Finding[] = [];
  const add = (weight: Finding['weight'], key: Key, href: string, values: Values = {}) =>
    found.push({ weight, key, href, values });
  const { redis, token, push, running, clusters, tickets, queues } = standing;
  if (!redis.ok) add('wrong', 'wrong.redis', '/queue-states', { why: redis.why ?? '' });
  if (!token.ok) add('wrong', 'wrong.token', '/rooms', { why: token.why ?? '' });
  for (const { name, slots, callBridges } of clusters) {
    for (const one of callBridges) {
      const values = { address: nameOf(one.address), why: one.why ?? '' };
      if (one.drained) continue;
      if (one.state === 'down') add('wrong', 'wrong.bridge-down', '/bridges', values);
      if (one.state === 'doubtful') add('careful', 'wrong.bridge-doubtful', '/bridges', values);
      if (one.state === 'unknown') add('careful', 'wrong.bridge-unknown', '/bridges', values);
    }
    if (!slots.ok) add('wrong', 'wrong.slots', '/bridges', { name, why: slots.why ?? '' });
  }
  for (const { key, title } of running.lost) add('wrong', 'wrong.lost', meetingHref(key), { title });
  for (const { key, title, trouble, preflight, state } of starts) {
    if (trouble === 'not-opened') add('wrong', 'wrong.not-opened', meetingHref(key), { title });
    else if (state === 'unplaced') add('wrong', 'wrong.unplaced', meetingHref(key), { title });
    else if (preflight?.state === 'failing')
      add('wrong', 'wrong.preflight', meetingHref(key), { title, what: preflight.what ?? '' });
  }
  const [first] = push.failing;
  if (!push.ok)
    add('careful', 'wrong.push', '/rooms?show=failing', {
      count: Math.max(push.unread, push.rooms - push.subscribed, push.failing.length),
      room: first?.mailbox ?? '',
      why: first?.why ?? '',
    });
  for (const { name, paused, failed } of queues) {
    if (paused) add('wrong', 'wrong.paused', '/queue-states', { name });
    else if (failed > 0) add('careful', 'wrong.failed-jobs', '/queue-states', { name, count: failed });
  }
  if (tickets.critical > 0) add('wrong', 'wrong.tickets', '/tickets', { count: tickets.critical });
  if (tickets.warning > 0) add('careful', 'wrong.warnings', '/tickets', { count: tickets.warning });
  return found.sort((a, b) => Number(a.weight === 'careful') - Number(b.weight === 'careful'));
}

/** A call bridge as people call it: its host, and its port where it is another one. */
export function nameOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
