/**
 * Every kind of failure at every step of a conference, at one call bridge, at all of them, and at one that comes back:
 * one conference under its number, its room dialled once and in it to the end, all closed, and all of it said.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, type Played, play } from './cell.ts';
import { columns } from './columns.ts';
import { Estate } from './estate.ts';
import { rows } from './rows.ts';
import { type Scope, scopes } from './scopes.ts';
import { drawTable, type Mark } from './table.ts';
import { complaints, storyOf } from './verdict.ts';

const marks: Mark[] = [];

afterAll(() => {
  process.stdout.write(`\n${drawTable(marks)}\n\n`);
});

interface Game {
  readonly outcomes: ReadonlyMap<Cell, Played | Error>;
  readonly stories: ReadonlyMap<Cell, string>;
}

const cellsOf = (scope: Scope) =>
  rows.flatMap((row) => columns.map((column): Cell => ({ row, column, scope })));
const games = scopes.map((scope) => ({ scope, cells: cellsOf(scope) }));

/** All cells of a scope at once, each on a cluster of its own. */
async function playAll(scope: Scope, cells: readonly Cell[]): Promise<Game> {
  const outcomes = new Map<Cell, Played | Error>();
  const stories = new Map<Cell, string>();
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
  return { outcomes, stories };
}

/** Where one call bridge fails, it is mostly waited: those are played side by side, and then the others. */
const played = new Map<Scope, Promise<Game>>();
async function gameOf(scope: Scope): Promise<Game> {
  for (const game of games) {
    if (game.scope.all === scope.all && !played.has(game.scope))
      played.set(game.scope, playAll(game.scope, game.cells));
  }
  await Promise.allSettled(played.values());
  return (await played.get(scope)) as Game;
}

describe.each(games.map((game) => [`at ${game.scope.sentence}`, game] as const))(
  '%s',
  (_, { scope, cells }) => {
    let game: Game;
    beforeAll(async () => {
      game = await gameOf(scope);
    }, 900_000);

    for (const cell of cells) {
      const { row, column } = cell;
      test(`a call bridge that ${column.sentence} from ${row.sentence} on`, () => {
        const outcome = game.outcomes.get(cell) ?? new Error('it was not played');
        const wrong = outcome instanceof Error ? [outcome.message] : complaints(outcome);
        marks.push({ row: row.name, column: column.name, scope: scope.name, held: wrong.length === 0 });
        expect(wrong, game.stories.get(cell)).toEqual([]);
      });
    }
  },
);
