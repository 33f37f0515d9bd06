/** Somebody who is in; may be taken to another running meeting by dragging. */
import { Checkbox } from '@fluentui/react-components';
import { ConferenceRoomRegular } from '@fluentui/react-icons/svg/conference-room';
import { MicOffRegular } from '@fluentui/react-icons/svg/mic-off';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { ShareScreenStartRegular } from '@fluentui/react-icons/svg/share-screen-start';
import { VideoOffRegular } from '@fluentui/react-icons/svg/video-off';
import type { Participant } from '../answers.ts';
import { useRoomNames } from '../room-names.ts';
import { useWords } from '../words.tsx';
import { personName } from './person-name.ts';

/** By which a dragged list of ids is known. */
export const dragged = 'application/x-participants';

interface Props {
  readonly person: Participant;
  readonly isChosen: boolean;
  readonly mayAct: boolean;
  /** Who goes with them when they are dragged. */
  readonly dragged: readonly string[];
  onChoose(is: boolean): void;
}

export function PersonRow({ person, isChosen, mayAct, dragged: ids, onChoose }: Props) {
  const { t, time } = useWords();
  const roomName = useRoomNames();
  const { role, room, state, audioMuted, videoMuted, presenting, speaking, joined, layout, importance } =
    person;
  const name = room === null ? personName(person) : roomName(room);
  const said = [
    role === null ? undefined : t(`people.${role}`),
    state === 'connected' ? undefined : t(`people.${state}`),
    speaking ? t('people.speaking') : undefined,
    layout ?? undefined,
    importance === null ? undefined : t('people.importance', { importance }),
  ].filter((one) => one !== undefined);
  return (
    <li
      draggable={mayAct && person.canMove !== false}
      onDragStart={({ dataTransfer }) => {
        dataTransfer.setData(dragged, JSON.stringify(ids));
        dataTransfer.effectAllowed = 'move';
      }}
      className={state === 'in-lobby' ? 'waiting' : ''}
    >
      {mayAct && (
        <Checkbox
          checked={isChosen}
          aria-label={t('people.choose', { name })}
          onChange={(_, { checked }) => onChoose(checked === true)}
        />
      )}
      {room === null ? (
        <PersonRegular fontSize={18} aria-hidden="true" />
      ) : (
        <ConferenceRoomRegular fontSize={18} role="img" aria-label={t('people.room')} />
      )}
      <span className="grow">
        {name} <small>{person.address !== name && person.address}</small>
      </span>
      {said.length > 0 && <span className="said">{said.join(' · ')}</span>}
      {audioMuted && <MicOffRegular fontSize={18} role="img" aria-label={t('people.muted')} />}
      {videoMuted && <VideoOffRegular fontSize={18} role="img" aria-label={t('people.video-off')} />}
      {presenting && <ShareScreenStartRegular fontSize={18} role="img" aria-label={t('people.presenting')} />}
      <Quality of={person} />
      {joined !== null && <time dateTime={joined}>{time(joined)}</time>}
    </li>
  );
}

/** Per cent and milliseconds from which it is heard. */
const poor = { packetLoss: 2, jitter: 40, roundTripTime: 400 };

function Quality({ of: { quality } }: { readonly of: Participant }) {
  const { t } = useWords();
  if (quality === null) return null;
  const { packetLoss = 0, jitter = 0, roundTripTime = 0, width, height } = quality;
  const isPoor =
    packetLoss >= poor.packetLoss || jitter >= poor.jitter || roundTripTime >= poor.roundTripTime;
  const detail = t('quality.detail', { packetLoss, jitter, roundTripTime });
  return (
    <span className={isPoor ? 'quality poor' : 'quality'} title={detail}>
      {isPoor ? `▲ ${t('quality.poor')}` : t('quality.good')}{' '}
      <small dir="ltr">{height !== undefined && `${width}×${height}`}</small>
    </span>
  );
}
