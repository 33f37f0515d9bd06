/** Which settings of the mailbox its calendar betrays, and the commands that mend them, or show them where nothing is known. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { RoomDetail } from '../answers.ts';
import { useWords } from '../words.tsx';

const icons = { well: CheckmarkCircleFilled, betrays: WarningFilled, 'not-known': QuestionCircleRegular };
const marks = { well: 'mark well', betrays: 'mark wrong', 'not-known': 'mark out' } as const;

export function RoomSettings({ room }: { readonly room: RoomDetail }) {
  const { t, find } = useWords();
  const { settings, check } = room;
  const commandsOf = (wanted: 'betrays' | 'not-known') => [
    ...new Set(settings.flatMap(({ state, command }) => (state === wanted && command ? [command] : []))),
  ];
  const commands = [
    ...commandsOf('betrays').map((command) => ['room.mends', command] as const),
    ...commandsOf('not-known').map((command) => ['room.shows', command] as const),
    ['room.looks-closer', check] as const,
  ];
  return (
    <section className="panel" aria-labelledby="settings-of-mailbox">
      <h2 id="settings-of-mailbox">{t('room.settings')}</h2>
      <p className="inside summary">{t('room.settings-hint')}</p>
      <ul className="lines">
        {settings.map(({ name, state }) => {
          const Icon = icons[state];
          return (
            <li key={name}>
              <span className="line">
                <span className={marks[state]}>
                  <Icon fontSize={16} aria-hidden="true" />
                </span>
                <span className="grow">
                  <code dir="ltr">{name}</code>
                  {state === 'betrays' && <small> {find(`room.${name}`)}</small>}
                </span>
                <span className={state === 'betrays' ? 'said bad' : 'said'}>
                  {t(`room.setting-${state}`)}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      <dl className="commands">
        {commands.map(([key, command]) => (
          <div key={command}>
            <dt>{t(key)}</dt>
            <dd>
              <code dir="ltr">{command}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
