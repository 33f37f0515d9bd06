/** Arabic, whole. */
import type { Catalogue } from '../../catalogue.ts';
import { administration } from './administration.ts';
import { capacity } from './capacity.ts';
import { exchanges } from './exchanges.ts';
import { happenings } from './happenings.ts';
import { pages } from './pages.ts';
import { placing } from './placing.ts';
import { reports } from './reports.ts';
import { rooms } from './rooms.ts';

export const catalogue: Catalogue = {
  ...administration,
  ...capacity,
  ...exchanges,
  ...happenings,
  ...pages,
  ...placing,
  ...reports,
  ...rooms,
};
