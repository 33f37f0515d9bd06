/**
 * Every kind of failure at every step of a conference, at one call bridge, at all of them, and at one that comes back:
 * one conference under its number, its room dialled once and in it to the end, all closed, and all of it said.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, type Played, play } from './cell.ts';
import { columns } from './columns.ts';
import { Estate } from './estate.ts';
import { rows } from './rows.ts';
import { scopes } from './scopes.ts';
import { drawTable, type Mark } from './table.ts';
import { complaints, storyOf } from './verdict.ts';

const marks: Mark[] = [];

afterAll(() => {
  process.stdout.write(`\n${drawTable(marks)}\n\n`);
});

describe.each(scopes.map((scope) => [`at ${scope.sentence}`, scope] as const))('%s', (_, scope) => {
  const cells = rows.flatMap((row) => columns.map((column): Cell => ({ row, column, scope })));
  const outcomes = new Map<Cell, Played | Error>();

  beforeAll(async () => {
    const estate = await Estate.create({ count: cells.length, extension: scope.extension });
    try {
      await estate.begin();
      const tenancies = await estate.book(scope.length);
      await Promise.all(
        cells.map(async (cell, i) => {
          const tenancy = tenancies[i];
          if (tenancy === undefined) return;
          outcomes.set(cell, await play(estate, cell, tenancy).catch((error: Error) => error));
          const { cms, start } = tenancy;
          stories.set(cell, storyOf(cms.events, start));
        }),
      );
    } finally {
      await estate.destroy();
    }
  }, 900_000);
  const stories = new Map<Cell, string>();

  for (const cell of cells) {
    const { row, column } = cell;
    test(`a call bridge that ${column.sentence} from ${row.sentence} on`, () => {
      const outcome = outcomes.get(cell) ?? new Error('it was not played');
      const wrong = outcome instanceof Error ? [outcome.message] : complaints(outcome);
      marks.push({ row: row.name, column: column.name, scope: scope.name, held: wrong.length === 0 });
      expect(wrong, stories.get(cell)).toEqual([]);
    });
  }
});
