/** Who was in a conference and is not any more, and why they left. */
import type { Participant } from '../answers.ts';
import { useRoomNames } from '../room-names.ts';
import { useWords } from '../words.tsx';
import { personName } from './person-name.ts';

export function WereIn({ left }: { readonly left: readonly Participant[] }) {
  const { t, time } = useWords();
  const roomName = useRoomNames();
  return (
    <details className="were-in">
      <summary>{t('people.left', { count: left.length })}</summary>
      <ul className="people">
        {left.map((person) => (
          <li key={person.id}>
            <span className="grow">{person.room === null ? personName(person) : roomName(person.room)}</span>
            <span className="said">{person.because ?? person.reason}</span>
            <span>
              {person.joined !== null && time(person.joined)} – {person.left !== null && time(person.left)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
