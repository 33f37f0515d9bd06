/** What events mean in our words. */
import type { News, Traits } from '../../conference/attendance/news.ts';
import { given } from '../cdr/fields.ts';
import type { EventNews, ParticipantNews } from './news.ts';

/**
 * Who was in before the events were heard (again) and has left meanwhile is not told of: after a reset it is to be looked
 * who is in.
 * @param now epoch ms
 */
export function heardAt(events: readonly EventNews[], now: number): News[] {
  const told = { at: now, heard: now };
  return events.flatMap((event): News[] => {
    switch (event.kind) {
      case 'reset':
      case 'roster-reset':
        return [];
      case 'call': {
        const { call, update } = event;
        if (update === 'remove') return [{ ...told, kind: 'call-over', call, reason: 'call-ended' }];
        return update === 'add' ? [{ ...told, kind: 'call', call }] : [];
      }
      case 'participant': {
        const { call, participant } = event;
        return event.update === 'remove'
          ? [{ ...told, kind: 'participant-gone', call, participant }]
          : [{ ...told, kind: 'participant', call, participant, traits: traitsOf(event) }];
      }
      default:
        return event satisfies never;
    }
  });
}

function traitsOf({
  state,
  isActiveSpeaker,
  isPresenter,
  movedParticipant,
  ...event
}: ParticipantNews): Traits {
  const { name, address, direction, isAudioMuted, isVideoMuted, importance, layout, canMove } = event;
  return given({
    ...{ name, address, direction, isAudioMuted, isVideoMuted, importance, layout, canMove },
    ...{ isSpeaking: isActiveSpeaker, isPresenting: isPresenter, movedFrom: movedParticipant },
    // Releases may know more of them; who neither rings nor is about to is in.
    isConnected: state === undefined ? undefined : state !== 'initial' && state !== 'ringing',
    isOnHold: state === undefined ? undefined : state === 'onHold',
  });
}
