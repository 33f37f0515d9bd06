/** One thing that has to be said with an order. */
import { Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Drain, MeetingDetail } from '../answers.ts';
import { nameOf } from '../now/verdict.ts';
import { questions } from '../questions.ts';
import { useRoomNames } from '../room-names.ts';
import { useWords } from '../words.tsx';
import { type FieldName, targetOf } from './actions.ts';
import { layoutsIn } from './layouts.ts';

interface Props {
  readonly name: FieldName;
  readonly value: string;
  readonly meeting: MeetingDetail;
  onSay(value: string): void;
}

export function OrderField({ name, value, meeting, onSay }: Props) {
  const { t } = useWords();
  const label = t(`field.${name}`);
  switch (name) {
    case 'pastLobby':
      return (
        <Checkbox
          label={label}
          checked={value === 'true'}
          onChange={(_, { checked }) => onSay(checked === true ? 'true' : '')}
        />
      );
    case 'text':
      return (
        <Field label={label} required>
          <Textarea value={value} maxLength={500} required onChange={(_, said) => onSay(said.value)} />
        </Field>
      );
    case 'bridge':
      return <CallBridge {...{ value, meeting, onSay }} />;
    case 'layout':
    case 'room':
    case 'to':
      return <Chosen {...{ name, value, meeting, onSay }} />;
    case 'address':
    case 'seconds':
    case 'minutes':
    case 'importance':
      return (
        <Field label={label} required={name !== 'importance'} hint={t(`field.${name}-hint`)}>
          <Input
            type={name === 'address' ? 'text' : 'number'}
            value={value}
            required={name !== 'importance'}
            dir="ltr"
            onChange={(_, said) => onSay(said.value)}
          />
        </Field>
      );
  }
}

/** Of the meeting's cluster, but for the one on which it runs and those that are taken out of service. */
function CallBridge({ value, meeting, onSay }: Omit<Props, 'name'>) {
  const { t } = useWords();
  const { data } = useQuery(questions.callBridges);
  const others = (data?.callBridges ?? []).filter(
    ({ address, cluster, drain }) =>
      cluster === meeting.cluster && address !== meeting.callBridge && !isNow(drain),
  );
  return (
    <Field label={t('field.bridge')}>
      <Select value={value} onChange={(_, said) => onSay(said.value)}>
        <option value="">{t('field.bridge-any')}</option>
        {others.map(({ address }) => (
          <option key={address} value={address}>
            {nameOf(address)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function isNow(drain: Drain | null): boolean {
  if (drain === null) return false;
  const now = Date.now();
  return Date.parse(drain.from) <= now && (drain.until === null || Date.parse(drain.until) > now);
}

function Chosen({ name, value, meeting, onSay }: Props) {
  const { t } = useWords();
  const roomName = useRoomNames();
  const { data: document } = useQuery({ ...questions.document, enabled: name === 'layout' });
  const { data: live } = useQuery({ ...questions.live, enabled: name === 'to' });
  const choices: readonly (readonly [value: string, words: string])[] =
    name === 'room'
      ? meeting.rooms.map((room) => [room, roomName(room)] as const)
      : name === 'layout'
        ? layoutsIn(document).map((layout) => [layout, layout] as const)
        : (live?.meetings ?? [])
            .filter(({ key }) => key !== meeting.key)
            .map((one) => [targetOf(one), `${one.title} · ${one.number ?? ''}`] as const);
  return (
    <Field label={t(`field.${name as 'room' | 'layout' | 'to'}`)} required>
      <Select value={value} required onChange={(_, said) => onSay(said.value)}>
        <option value="" disabled>
          {choices.length === 0 ? t('field.nothing') : t('field.choose')}
        </option>
        {choices.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}
