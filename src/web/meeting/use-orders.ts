/** The orders that are given on a meeting's page: one that needs no more words is done at once, others are asked for first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MeetingDetail, Outcome, Waiting } from '../answers.ts';
import { useActing } from '../me.ts';
import type { Action, Said } from './actions.ts';
import { newRequest, order } from './ordering.ts';

export interface Asked {
  readonly action: Action;
  readonly who: readonly string[];
  readonly preset: Said;
  readonly request: string;
}

export function useOrders({ key }: Pick<MeetingDetail, 'key'>) {
  const acting = useActing();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const orders = useMutation({
    mutationFn: ({
      asked: { action, who, request },
      said,
    }: {
      asked: Asked;
      said: Said;
    }): Promise<Outcome | Waiting> => order(key, request, { ...acting.by, ...action.body(who, said) }),
    onSettled: () => {
      for (const name of ['meeting', 'people']) void client.invalidateQueries({ queryKey: [name, key] });
    },
    onSuccess: () => setAsked(undefined),
  });
  const give = (one: Asked, said: Said) => {
    // Pressed twice, it is one order all the same.
    if (!orders.isPending) orders.mutate({ asked: one, said });
  };
  return {
    asked,
    give,
    orders,
    isAllowed: acting.may('operator'),
    isForbidden: acting.mayNot('operator'),
    begin: (action: Action, who: readonly string[] = [], preset: Said = {}) => {
      const one = { action, who, preset, request: newRequest() };
      orders.reset();
      if (action.harm === undefined && action.fields === undefined && !acting.isNameless) give(one, {});
      else setAsked(one);
    },
    leave: () => setAsked(undefined),
  };
}

export type Orders = ReturnType<typeof useOrders>;
