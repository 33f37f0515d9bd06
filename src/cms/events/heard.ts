/** What events mean in our words. */
import type { News, Traits } from '../../conference/attendance/news.ts';
import type { EventNews, ParticipantNews } from './news.ts';

/**
 * Of news that came together. A roster that is told from its beginning is told whole at once, so that who is not in it has
 * left.
 * @param now epoch ms
 */
export function heardAt(events: readonly EventNews[], now: number): News[] {
  const told = { at: now, heard: now };
  const news: News[] = [];
  const whole = new Map<string, { id: string; traits: Traits }[]>();
  for (const event of events) {
    switch (event.kind) {
      case 'reset':
        break;
      case 'roster-reset':
        whole.set(event.call, []);
        break;
      case 'call':
        if (event.update === 'remove')
          news.push({ ...told, kind: 'call-over', call: event.call, reason: 'call-ended' });
        else if (event.update === 'add') news.push({ ...told, kind: 'call', call: event.call });
        break;
      case 'participant': {
        const { call, participant } = event;
        if (event.update === 'remove') news.push({ ...told, kind: 'participant-gone', call, participant });
        else if (event.update === 'add' && whole.has(call))
          whole.get(call)?.push({ id: participant, traits: traitsOf(event) });
        else news.push({ ...told, kind: 'participant', call, participant, traits: traitsOf(event) });
        break;
      }
      default:
        event satisfies never;
    }
  }
  for (const [call, participants] of whole) news.push({ ...told, kind: 'roster', call, participants });
  return news;
}

function traitsOf({
  state,
  isActiveSpeaker,
  isPresenter,
  movedParticipant,
  ...event
}: ParticipantNews): Traits {
  const { name, address, direction, isAudioMuted, isVideoMuted, importance, layout, canMove } = event;
  const traits: { [K in keyof Traits]: Traits[K] | undefined } = {
    ...{ name, address, direction, isAudioMuted, isVideoMuted, importance, layout, canMove },
    ...{ isSpeaking: isActiveSpeaker, isPresenting: isPresenter, movedFrom: movedParticipant },
    isConnected: state === undefined ? undefined : state === 'connected' || state === 'onHold',
    isOnHold: state === undefined ? undefined : state === 'onHold',
  };
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
}
