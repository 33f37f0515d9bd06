/** What may be kept of a request: what is listed, as far as it looks like it, and never a secret. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/conference/exchange/exchange.ts';
import {
  type Allowed,
  type Discretion,
  fitted,
  longest,
  shown,
  shownPath,
} from '../../../src/conference/exchange/hiding.ts';

const allowed: Allowed = {
  values: { id: 'id', locked: 'flag', uri: 'number', remoteparty: 'known', starttime: 'time' },
  names: new Set(['passcode']),
};
const discretion: Discretion = { known: new Set(['board@x.example']), secrets: ['hunter2'] };
const of = (...fields: [string, string][]) => shown(fields, allowed, discretion);

describe('a field', () => {
  it('is shown where it is listed, whatever the case of its name and wherever it stands in lists', () => {
    const { shown: fields } = of(
      ['callLeg.2.ID', '4f-1'],
      ['LOCKED', 'true'],
      ['uri', '80991007@meet.example'],
    );
    expect(fields).toEqual({ 'callLeg.2.ID': '4f-1', LOCKED: 'true', uri: '80991007@meet.example' });
  });

  it('has its name shown only where that is what is listed', () => {
    expect(of(['passcode', '4711'], ['call.passcode', ''])).toEqual({
      shown: { passcode: null, 'call.passcode': null },
      unnamed: 0,
    });
  });

  it('that nobody has decided about is counted', () => {
    expect(of(['invented', '4711'], ['other', 'x'])).toEqual({ shown: {}, unnamed: 2 });
  });

  it('that does not look like what it should be is hidden', () => {
    expect(of(['locked', 'perhaps'], ['uri', 'ann@x.example'], ['id', 'a word with spaces']).shown).toEqual({
      ...{ locked: null, uri: null, id: null },
    });
  });

  it('with an address is shown where it is one of ours', () => {
    expect(of(['remoteParty', 'Board@x.example']).shown).toEqual({ remoteParty: 'Board@x.example' });
    expect(of(['remoteParty', 'ann@x.example']).shown).toEqual({ remoteParty: null });
  });

  it('with a secret of the configuration in it is hidden, whatever it is called', () => {
    expect(of(['id', 'hunter2'], ['id.2', 'a-hunter2-b'])).toEqual({
      shown: { id: null, 'id.2': null },
      unnamed: 0,
    });
  });
});

describe('a path', () => {
  it('keeps ids, words of the vendor and our own rooms', () => {
    const path = '/users/board@x.example/events/AAMkAD%3D/accept';
    expect(shownPath(path, discretion)).toBe(path);
  });

  it('has nothing left of the addresses of people, encoded or not, and of secrets', () => {
    expect(shownPath('/users/ann@x.example/events/AA', discretion)).toBe('/users/…/events/AA');
    expect(shownPath('/users/ann%40x.example/sendMail', discretion)).toBe('/users/…/sendMail');
    expect(shownPath('/a/hunter2', discretion)).toBe('/a/…');
    expect(shownPath('/a/%E0%A4%A', discretion)).toBe('/a/…');
  });
});

describe('what is kept', () => {
  const exchange: Exchange = {
    ...{ id: 'i', work: 'w', at: 0, took: 1, system: 'graph', method: 'GET', path: '/x' },
  };

  it('fits into a kilobyte, and says how much was left out', () => {
    const answer = Object.fromEntries(
      Array.from({ length: 80 }, (_, n) => [`value.${n}.id`, 'x'.repeat(40)]),
    );
    const kept = JSON.parse(fitted({ ...exchange, answer, unnamed: 2 })) as Exchange;
    const left = Object.keys(kept.answer ?? {}).length;
    expect(left).toBeGreaterThan(0);
    expect(kept.unnamed).toBe(2 + 80 - left);
  });

  it('fits whatever it is', () => {
    const text = fc.string({ maxLength: 200 });
    const fields = fc.dictionary(text, fc.option(text), { maxKeys: 8 });
    fc.assert(
      fc.property(fields, fields, fields, fc.string({ maxLength: 3_000 }), (query, sent, answer, path) => {
        const json = fitted({ ...exchange, query, sent, answer, path });
        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(longest);
        expect(JSON.parse(json)).toMatchObject({ id: 'i', work: 'w' });
      }),
      { numRuns: 40 },
    );
  });
});
