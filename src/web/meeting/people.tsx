/** Who is in a conference and how well they are heard, and what may be done with those who are chosen. */
import { Checkbox, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { MeetingDetail, Picture } from '../answers.ts';
import { Opener } from '../opener.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { type Action, ofPeople as of } from './actions.ts';
import { PersonRow } from './person-row.tsx';
import type { Orders } from './use-orders.ts';
import { WereIn } from './were-in.tsx';

const atHand = [of.mute, of.unmute, of.move, of.drop] as const;
const inMenu = [of.stopVideo, of.startVideo, of.layout, of.importance, of.admit, of.sendToLobby] as const;

interface Props {
  readonly meeting: MeetingDetail;
  readonly people: UseQueryResult<Picture>;
  readonly orders: Orders;
}

export function People({ meeting, people, orders }: Props) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = people.data?.participants ?? [];
  const present = all.filter(({ state }) => state !== 'left');
  const left = all.filter(({ state }) => state === 'left');
  const who = present.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const isOpen = meeting.state === 'open';
  const mayAct = isOpen && orders.isAllowed;
  const choose = (id: string, is: boolean) =>
    setChosen((before) => new Set(is ? [...before, id] : [...before].filter((one) => one !== id)));
  const button = (one: Action) => (
    <Opener
      key={one.id}
      className={one.harm ? 'harmful' : ''}
      disabled={who.length === 0}
      onClick={() => orders.begin(one, who)}
    >
      {t(one.title)}
    </Opener>
  );
  return (
    <section className="panel" aria-labelledby="people">
      <h2 id="people">
        {isOpen ? t('people.title') : t('people.were')}{' '}
        {isOpen && <span className="count">{present.length}</span>}
      </h2>
      <Troubled of={people} />
      {people.data && !people.data.complete && <p className="empty">{t('people.incomplete')}</p>}
      {mayAct && present.length > 0 && (
        <div className="actions inside">
          <Checkbox
            label={t('people.choose-all')}
            checked={who.length === present.length ? true : who.length > 0 ? 'mixed' : false}
            onChange={(_, { checked }) =>
              setChosen(new Set(checked === true ? present.map(({ id }) => id) : []))
            }
          />
          {atHand.map(button)}
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Opener aria-describedby="people" disabled={who.length === 0}>
                {t('do.more')}
              </Opener>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {inMenu.map((one) => (
                  <MenuItem key={one.id} onClick={() => orders.begin(one, who)}>
                    {t(one.title)}
                  </MenuItem>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
        </div>
      )}
      {people.data && present.length === 0 && isOpen && <p className="empty">{t('people.nobody')}</p>}
      <ul className="people" aria-label={t('people.title')}>
        {present.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            isChosen={chosen.has(person.id)}
            mayAct={mayAct}
            dragged={chosen.has(person.id) ? who : [person.id]}
            onChoose={(is) => choose(person.id, is)}
          />
        ))}
      </ul>
      {left.length > 0 && <WereIn left={left} />}
      {people.data && !isOpen && left.length === 0 && <p className="empty">{t('people.nobody-was')}</p>}
    </section>
  );
}
