import { describe, expect, it } from 'vitest';
import {
  deriveClientState,
  deriveIdentityKey,
  derivePasscode,
  deriveSecret,
} from '../../src/conference/identity.ts';

const key = deriveIdentityKey('tenant client secret');
const many = Array.from({ length: 5_000 }, (_, n) => `040000008200E00074C5B7101A82E008${n}`);

/** What a thief would try first. */
const obvious = new Set([
  ...Array.from({ length: 10 }, (_, digit) => String(digit).repeat(6)),
  ...['012345', '123456', '234567', '345678', '456789'],
  ...['987654', '876543', '765432', '654321', '543210'],
]);

it('every process with the same credential derives the same, and nobody else does', () => {
  const again = deriveIdentityKey('tenant client secret');
  const other = deriveIdentityKey('tenant client other');
  expect(deriveSecret(again, 'm')).toBe(deriveSecret(key, 'm'));
  expect(derivePasscode(again, 'm', '8000')).toBe(derivePasscode(key, 'm', '8000'));
  expect(deriveClientState(again, 'r')).toBe(deriveClientState(key, 'r'));
  expect(deriveSecret(other, 'm')).not.toBe(deriveSecret(key, 'm'));
  expect(deriveClientState(other, 'r')).not.toBe(deriveClientState(key, 'r'));
});

it('stays the same from version to version: what runs is known by it after an update', () => {
  expect(deriveSecret(key, 'uid@2026-11-23T09:00:00Z')).toMatchInlineSnapshot(
    `"90b98b11-5466-99b3-9de1-4570f96405e5"`,
  );
  expect(derivePasscode(key, 'uid', '80991000')).toMatchInlineSnapshot(`"435219"`);
  expect(deriveClientState(key, 'boardroom@example.com')).toMatchInlineSnapshot(
    `"U3Attstdzmkmf7MqCGxFqdSuUZazzyO6Nn9DfiszI0A"`,
  );
});

describe('a secret', () => {
  it('has the form of a GUID, and is another for each meeting', () => {
    const secrets = many.map((uid) => deriveSecret(key, uid));
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(secrets).size).toBe(many.length);
  });
});

describe('a passcode', () => {
  it('has six digits, and is never an obvious one', () => {
    for (const uid of many) {
      const passcode = derivePasscode(key, uid, '8000');
      expect(passcode).toMatch(/^\d{6}$/);
      expect(obvious.has(passcode)).toBe(false);
    }
  });

  it('is spread over all that there are, and depends on the event and on its number', () => {
    expect(new Set(many.map((uid) => derivePasscode(key, uid, '8000'))).size).toBeGreaterThan(4_900);
    expect(new Set(many.map((number) => derivePasscode(key, 'uid', number))).size).toBeGreaterThan(4_900);
    expect(many.some((uid) => derivePasscode(key, uid, '8000').startsWith('0'))).toBe(true);
  });
});

describe('a clientState', () => {
  it('is another for each room, and short enough for Graph', () => {
    const states = many.map((mailbox) => deriveClientState(key, mailbox));
    expect(new Set(states).size).toBe(many.length);
    // Graph takes 128 characters at most.
    for (const state of states) expect(state).toMatch(/^[\w-]{43}$/);
  });
});
