/** Asks what an order needs, and whether it is meant where it harms people. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import type { MeetingDetail } from '../answers.ts';
import { useActing } from '../me.ts';
import { choose } from '../settings.ts';
import { useWords } from '../words.tsx';
import type { FieldName, Said } from './actions.ts';
import { OrderField } from './order-field.tsx';
import { OrderSaid } from './order-said.tsx';
import type { Asked, Orders } from './use-orders.ts';

interface Props {
  readonly meeting: MeetingDetail;
  readonly orders: Orders;
  /** What people are called, by their ids. */
  nameOf(id: string): string;
}

export function OrderDialog({ meeting, orders, nameOf }: Props) {
  const { asked } = orders;
  return (
    <Dialog open={asked !== undefined} onOpenChange={(_, { open }) => open || orders.leave()}>
      <DialogSurface>
        {asked && (
          <Asking key={asked.request} asked={asked} meeting={meeting} orders={orders} nameOf={nameOf} />
        )}
      </DialogSurface>
    </Dialog>
  );
}

const beforehand: Said = { seconds: '20' };

function Asking({ asked, meeting, orders, nameOf }: Props & { readonly asked: Asked }) {
  const { t } = useWords();
  const { isNameless } = useActing();
  const { action, who, preset } = asked;
  const [said, setSaid] = useState<Said>({ ...beforehand, ...preset });
  const [name, setName] = useState('');
  const [mustSayName] = useState(isNameless);
  const title = t(action.title);
  const people = who.map(nameOf).join(', ');
  const give = (event: FormEvent) => {
    event.preventDefault();
    orders.give(asked, said);
  };
  const sayName = (value: string) => {
    setName(value);
    choose({ name: value });
  };
  return (
    <form onSubmit={give}>
      <DialogBody>
        <DialogTitle>{title}</DialogTitle>
        <DialogContent className="form">
          {action.harm && (
            <p>{t(action.harm, { people, title: meeting.title, number: meeting.number ?? '–' })}</p>
          )}
          {!action.harm && people !== '' && <p>{people}</p>}
          {(action.fields ?? []).map((field: FieldName) => (
            <OrderField
              key={field}
              name={field}
              value={said[field] ?? ''}
              meeting={meeting}
              onSay={(value) => setSaid((before) => ({ ...before, [field]: value }))}
            />
          ))}
          {mustSayName && (
            <Field label={t('settings.name')} hint={t('settings.name-hint')} required>
              <Input value={name} maxLength={100} onChange={(_, { value }) => sayName(value)} />
            </Field>
          )}
          <OrderSaid orders={orders} />
        </DialogContent>
        <DialogActions>
          <Button onClick={orders.leave}>{t('order.leave')}</Button>
          <Button
            type="submit"
            appearance="primary"
            className={action.harm ? 'harmful' : ''}
            disabledFocusable={orders.orders.isPending || (mustSayName && name.trim() === '')}
          >
            {orders.orders.isPending ? t('order.in-hand') : title}
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  );
}
