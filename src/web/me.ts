/** Who acts, and what they may: who has signed in, else whoever says a name. */
import { useQuery } from '@tanstack/react-query';
import { type Me, questions } from './questions.ts';
import { useSettings } from './settings.ts';

export const roles = ['viewer', 'operator', 'administrator'] as const;

export interface Acting {
  /** What has to be said with an order: nothing where somebody has signed in. */
  readonly by: { readonly by?: string };
  readonly isSigned: boolean;
  /** Nobody signs in, and no name was said yet. */
  readonly isNameless: boolean;
  may(role: Me['role']): boolean;
  /** It is known that they may not: what is not known yet is no reason to say so. */
  mayNot(role: Me['role']): boolean;
}

export function useActing(): Acting {
  const { data: me } = useQuery(questions.me);
  const said = useSettings().name.trim();
  const isSigned = me !== undefined && me.name !== null;
  const may = (role: Me['role']) => me !== undefined && roles.indexOf(me.role) >= roles.indexOf(role);
  return {
    by: isSigned || said === '' ? {} : { by: said },
    isSigned,
    isNameless: !isSigned && said === '',
    may,
    mayNot: (role) => me !== undefined && !may(role),
  };
}
