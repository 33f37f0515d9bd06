/** One room: whether it is read and told of, what is wrong with it, its meetings, and why an entry is one or not. */
import { useQuery } from '@tanstack/react-query';
import { questions } from '../questions.ts';
import { namedIn, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { ExplainBooking } from './explain-booking.tsx';
import { RoomFacts } from './room-facts.tsx';
import { RoomMeetings } from './room-meetings.tsx';
import { RoomSettings } from './room-settings.tsx';
import { RoomTrouble } from './room-trouble.tsx';
import { SyncNow } from './sync-now.tsx';

export function RoomPage() {
  const { path } = usePlace();
  const mailbox = namedIn(path, '/rooms/');
  const question = useQuery(questions.room(mailbox));
  const room = question.data;
  if (room === undefined)
    return (
      <div className="page">
        <h1>{mailbox}</h1>
        <Troubled of={question} />
      </div>
    );
  return (
    <div className="page">
      <header className="heading">
        <h1>{room.name ?? room.mailbox}</h1>
        {room.name !== null && (
          <span className="when" dir="ltr">
            {room.mailbox}
          </span>
        )}
      </header>
      <SyncNow room={room} />
      <div className="columns">
        <div className="column">
          <ExplainBooking room={room} />
          <RoomMeetings room={room} />
        </div>
        <div className="column">
          <RoomFacts room={room} />
          <RoomTrouble room={room} />
          <RoomSettings room={room} />
        </div>
      </div>
    </div>
  );
}
