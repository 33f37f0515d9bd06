/** What is told of a call bridge that does not answer as it should. */
import { expect, test } from 'vitest';
import { sameParty } from '../../src/cms/call-legs.ts';
import { CmsFault } from '../../src/cms/fault.ts';
import { parseXml } from '../../src/cms/xml.ts';

test('a fault is as long as anybody reads, whatever it quotes', () => {
  const fault = new CmsFault(`answered <\0${'x'.repeat(1_000_000)}`, {
    kind: 'garbled',
    callBridge: 'https://cms1',
  });
  expect([fault.message.length, fault.message.slice(0, 12)]).toEqual([500, 'answered < x']);
  expect(() => parseXml('<'.repeat(100_000))).toThrow(/^.{1,250}$/);
});

test('an address is found in any text before anybody has to wait', () => {
  // As long as its square would take minutes.
  expect(sameParty(`Ann ${'<'.repeat(1_000_000)}`, 'ann@example.com')).toBe(false);
  expect(sameParty('"Ann" <sip:Ann@example.com;transport=tls>', 'ann@example.com')).toBe(true);
});
