/** What the organizer alone is told of a conference with guests and hosts: what hosts dial and enter. */
import { createHash } from 'node:crypto';
import type { ClusterConfig } from '../config.ts';
import type { Moment } from './moments.ts';
import type { FactOf, Occurrence } from './notice.ts';
import { type InvitationTarget, occurrenceOf } from './targets.ts';

/**
 * One for each number and passcode that hosts of an event or series have; where a series has others on some dates, with
 * those dates. Each is told once, whatever comes of its dates.
 * @param told ids that were told before
 */
export function hostsMoments(
  targets: readonly InvitationTarget[],
  clusters: readonly Pick<ClusterConfig, 'name' | 'domain'>[],
  told: readonly string[],
): Moment[] {
  const [top] = targets;
  const found = new Map<string, FactOf<'hosts'> & { dates: Occurrence[] }>();
  for (const target of targets) {
    const { wanted, uid, meetings } = target;
    if (typeof wanted === 'string' || wanted.hosts === undefined) continue;
    const { number, passcode } = wanted.hosts;
    const uri = `${number}@${clusters.find(({ name }) => name === wanted.cluster)?.domain ?? ''}`;
    const id = `hosts ${digest(uri, passcode)}:${uid}`;
    const known = found.get(id);
    // What holds for the whole series holds for its dates.
    const dates = target === top ? [] : meetings.map(occurrenceOf);
    if (known === undefined) found.set(id, { kind: 'hosts', uri, passcode, dates });
    else if (known.dates.length > 0) known.dates.push(...dates);
  }
  return [...found].flatMap(([id, fact]) => (told.includes(id) ? [] : [{ id, fact }]));
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 16);
}
