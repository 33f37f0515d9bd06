import { expect, it } from 'vitest';
import { compared, isRight, told, type Wanted } from '../../src/slot/verification.ts';

const wanted: Wanted = [
  ['name', 'Budget'],
  ['nonMemberAccess', true],
  ['passcode', '271828'],
  ['passcodeTimeout', undefined],
];
const lines = (found: Record<string, string>) => compared('space', wanted, found, ['passcode']).map(told);

it('says what is as it should be, and of a secret only that', () => {
  const found = { name: 'Budget', nonMemberAccess: 'true', passcode: '271828', other: 'whatever' };
  expect(lines(found)).toEqual([
    'ok       space name: Budget',
    'ok       space nonMemberAccess: true',
    'ok       space passcode: as it should be',
  ]);
  expect(compared('space', wanted, found).every(isRight)).toBe(true);
});

it('says what it is instead, and shows no secret whichever it is', () => {
  expect(lines({ name: 'The canteen', passcode: '314159' })).toEqual([
    'differs  space name: The canteen, should be Budget',
    'differs  space nonMemberAccess: none, should be true',
    'differs  space passcode: another one, should be the one that people were told',
  ]);
  expect(lines({ passcode: '' })[2]).toBe(
    'differs  space passcode: none, should be the one that people were told',
  );
  const none = compared('space', [['passcode', '']], { passcode: '314159' }, ['passcode']).map(told);
  expect(none).toEqual(['differs  space passcode: a secret, should be none']);
  expect(compared('space', [['passcode', '']], {}, ['passcode']).map(told)).toEqual([
    'ok       space passcode: none',
  ]);
});
