/** What may be done with a conference as a whole. What cannot be just now is not offered. */
import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal';
import type { MeetingDetail } from '../answers.ts';
import { Opener } from '../opener.tsx';
import { useWords } from '../words.tsx';
import { type Action, extensionBy, ofConference as of, placingAgain } from './actions.ts';
import type { Orders } from './use-orders.ts';

/** A name is that of a line between them. */
const inMenu: readonly (Action | string)[] = [
  ...[of.layoutAll, of.admitAll, of.muteAll, 'after-all'],
  ...[of.record, of.recordOff, of.stream, of.streamOff, 'after-recording'],
  of.moveBridge,
];

export function ConferenceActions({
  meeting,
  orders,
}: {
  readonly meeting: MeetingDetail;
  readonly orders: Orders;
}) {
  const { t } = useWords();
  const { state, number } = meeting;
  if (state === 'planned' || state === 'unplaced')
    return (
      <div className="actions">
        {state === 'planned' && <Do what={of.start} orders={orders} />}
        <Do what={number === null ? of.placeNow : placingAgain(number)} orders={orders} />
        {orders.isForbidden && <small>{t('order.not-allowed')}</small>}
      </div>
    );
  if (state !== 'open') return null;
  return (
    <div className="actions">
      {[of.dial, of.redial, of.message, of.lock, of.unlock].map((one) => (
        <Do key={one.id} what={one} orders={orders} />
      ))}
      <Extend orders={orders} />
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Opener icon={<MoreHorizontalRegular />} disabled={!orders.isAllowed}>
            {t('do.more')}
          </Opener>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {inMenu.map((one) =>
              typeof one === 'string' ? (
                <MenuDivider key={one} />
              ) : (
                <MenuItem key={one.id} onClick={() => orders.begin(one)}>
                  {t(one.title)}
                </MenuItem>
              ),
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Do what={of.end} orders={orders} />
      {orders.isForbidden && <small>{t('order.not-allowed')}</small>}
    </div>
  );
}

/** Minutes that are most often wanted. */
const usual = [15, 30, 60] as const;

function Extend({ orders }: { readonly orders: Orders }) {
  const { t, length } = useWords();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Opener disabled={!orders.isAllowed}>{t('do.extend')}</Opener>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {usual.map((minutes) => (
            <MenuItem key={minutes} onClick={() => orders.begin(extensionBy(minutes))}>
              {length(minutes * 60_000)}
            </MenuItem>
          ))}
          <MenuItem onClick={() => orders.begin(of.extend)}>{t('do.extend-otherwise')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function Do({ what, orders }: { readonly what: Action; readonly orders: Orders }) {
  const { t } = useWords();
  return (
    <Opener
      className={what.harm ? 'harmful' : ''}
      disabled={!orders.isAllowed}
      onClick={() => orders.begin(what)}
    >
      {t(what.title)}
    </Opener>
  );
}
