import { describe, expect, it } from 'vitest';
import type { News } from '../../../src/conference/attendance/news.ts';
import {
  type Heard,
  type Ordered,
  order,
  type RecordsState,
} from '../../../src/conference/attendance/ordering.ts';

const second = 1_000;
const news = (name: string): News => ({ kind: 'call', call: name, at: 0, heard: 0 });
const record = (index: number, { heard = 0, missing = 0, session = 'first' } = {}): Heard => ({
  ...{ heard, news: [news(`${session}-${index}`)], record: { session, index, missing } },
});
const begun = (next: number): RecordsState => ({
  ...{ session: 'first', next, heardAt: 0, since: 0, holes: [], former: [] },
});
const names = ({ ready }: Ordered) => ready.map((one) => ('call' in one ? one.call : one.kind));

describe('records', () => {
  it('are put in their order, however they come', () => {
    const ordered = order([record(7), record(5), record(6)], begun(5), 0);
    expect(names(ordered)).toEqual(['first-5', 'first-6', 'first-7']);
    expect(ordered).toMatchObject({ waiting: [], lost: 0, isDoubtful: false, state: { next: 8 } });
  });

  it('that came before are not taken again', () => {
    expect(names(order([record(3), record(4), record(5)], begun(5), 0))).toEqual(['first-5']);
  });

  it('wait a moment for one that is missing, and go on without it; it is taken when it comes after all', () => {
    const early = order([record(6), record(7)], begun(5), 0.5 * second);
    expect(early).toMatchObject({ ready: [], waiting: [record(6), record(7)], isDoubtful: false });
    const late = order(early.waiting, early.state, 1.5 * second);
    expect(names(late)).toEqual(['first-6', 'first-7']);
    expect(late).toMatchObject({ lost: 0, isDoubtful: true });
    const after = order([record(5), record(5)], late.state, 3 * second);
    expect(names(after)).toEqual(['first-5']);
    expect(order([], after.state, 60 * second).lost).toBe(0);
  });

  it('that never come count as lost, once', () => {
    const { state } = order([record(8)], begun(5), 2 * second);
    const ordered = order([], state, 40 * second);
    expect(ordered).toMatchObject({ lost: 3, isDoubtful: true });
    expect(order([], ordered.state, 80 * second).lost).toBe(0);
  });

  it('that the call bridge says it has lost are not waited for', () => {
    const ordered = order([record(9, { missing: 4 })], begun(5), 0);
    expect(names(ordered)).toEqual(['first-9']);
    expect(ordered).toMatchObject({ lost: 4, isDoubtful: true, state: { next: 10, holes: [] } });
  });

  it('of a call bridge that started anew are counted from its first, and its former ones still taken', () => {
    const ordered = order([record(0, { session: 'second' })], begun(5), 0);
    expect(names(ordered)).toEqual(['second-0']);
    expect(ordered).toMatchObject({
      isDoubtful: true,
      lost: 0,
      state: { session: 'second', former: ['first'] },
    });
    const late = order([record(5), record(1, { session: 'second' })], ordered.state, 0);
    expect(names(late).sort()).toEqual(['first-5', 'second-1']);
    expect(late.state).toMatchObject({ session: 'second', next: 2 });
  });

  it('that we come in upon in the middle are no loss, but something to look after', () => {
    expect(order([record(1_234)], undefined, 0)).toMatchObject({
      lost: 0,
      isDoubtful: true,
      state: { next: 1_235 },
    });
  });
});

it('what is no record is taken as it comes', () => {
  const heard = [{ heard: 0, news: [news('event'), news('look')] }, record(9)];
  expect(order(heard, begun(5), 0)).toMatchObject({ ready: heard[0]?.news, waiting: [heard[1]] });
});
