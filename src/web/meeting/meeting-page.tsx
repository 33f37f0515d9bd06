/** One meeting: what is booked, where it runs, who is in it, what happened to it, and what may be done about it. */
import { useQuery } from '@tanstack/react-query';
import { StateChip } from '../now/state-chip.tsx';
import { questions } from '../questions.ts';
import { namedIn, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { ConferenceActions } from './conference-actions.tsx';
import { Facts } from './facts.tsx';
import { History } from './history.tsx';
import { Invitation } from './invitation.tsx';
import { OrderDialog } from './order-dialog.tsx';
import { OrderSaid } from './order-said.tsx';
import { People } from './people.tsx';
import { personName } from './person-name.ts';
import { RunningMeetings } from './running-meetings.tsx';
import { useOrders } from './use-orders.ts';

/** Milliseconds after which a conference that is looked at has to be looked at again, so that quality is told. */
const lookAgain = 10_000;

export function MeetingPage() {
  const { path } = usePlace();
  const { t, time, span } = useWords();
  const key = namedIn(path, '/meetings/');
  const question = useQuery(questions.meeting(key));
  const meeting = question.data;
  const isOpen = meeting?.state === 'open';
  const people = useQuery({ ...questions.people(key), refetchInterval: isOpen ? lookAgain : false });
  const orders = useOrders({ key });
  if (meeting === undefined)
    return (
      <div className="page">
        <Troubled of={question} />
      </div>
    );
  const [from, to] = span(meeting.start, meeting.end);
  const { participants = [] } = people.data ?? {};
  const nameOf = (id: string) => {
    const found = participants.find((one) => one.id === id);
    return found === undefined ? id : personName(found);
  };
  return (
    <div className="page">
      <header className="heading">
        <h1>{meeting.title}</h1>
        <StateChip {...meeting} />
        <span className="when">
          <time dateTime={meeting.start}>{from}</time> – <time dateTime={meeting.end}>{to}</time>
          {meeting.extendedUntil !== null &&
            ` · ${t('meeting.extended', { until: time(meeting.extendedUntil) })}`}
        </span>
        {meeting.reason !== null && <span className="reason">{meeting.reason}</span>}
      </header>
      <ConferenceActions meeting={meeting} orders={orders} />
      <OrderSaid orders={orders} isQuiet={orders.asked !== undefined} />
      <div className="columns">
        <div className="column">
          <People meeting={meeting} people={people} orders={orders} />
          <History meeting={meeting} />
        </div>
        <div className="column">
          <Facts meeting={meeting} />
          {isOpen && <RunningMeetings meeting={meeting} orders={orders} />}
          <Invitation meeting={meeting} orders={orders} />
        </div>
      </div>
      <OrderDialog meeting={meeting} orders={orders} nameOf={nameOf} />
    </div>
  );
}
