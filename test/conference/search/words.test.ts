/** People find what they mean however they write it, and a search for it never finds what is written otherwise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, textOf, wordsOf } from '../../../src/conference/search/words.ts';

const finds = (text: string, asked: string) => {
  const words = wordsOf(asked);
  return words.length > 0 && words.every((word) => textOf(text).includes(word));
};

describe('a text is found', () => {
  it.each([
    ['Budget review', 'BUDGET'],
    ['Budget review', 'rev bud'],
    ['Müller & Söhne', 'muller sohne'],
    ['Mu\u0308ller', 'Müller'],
    ['Großer Saal, Straße 5', 'STRASSE grosser'],
    ['GROẞER SAAL', 'großer'],
    ['Réunion d’équipe', 'reunion equipe'],
    ['Cœur de métier', 'coeur metier'],
    ['Łódź – Ørsted', 'lodz orsted'],
    ['Αθήνα: ΟΔΟΣ', 'αθηνα οδος'],
    ['ΟΔΟΣ', 'οδο'],
    ['İstanbul, ısı', 'istanbul isi'],
    ['Ёлка', 'елка'],
    ['ﬁnance ½ ㎏', 'finance 1'],
    ['Ｂｏａｒｄ　Ｒｏｏｍ', 'board room'],
    ['東京会議室', '会議'],
    ['東京会議室', '東京'],
    ['予算ﾐｰﾃｨﾝｸﾞ', 'ミーティング'],
    ['会議room 3', '議room'],
    ['회의실 예약', '회의'],
    ['ห้องประชุมใหญ่', 'ประชุม'],
    ['boardroom@example.com', 'boardroom@example.com'],
    ['boardroom@example.com', 'example'],
    ['80991234', '8099'],
    ['R&D 2026/Q4', 'r d q4'],
    ['🎉 party', '🎉'],
    ['🎉🎂', '🎂'],
  ])('%s by %s', (text, asked) => {
    expect(finds(text, asked)).toBe(true);
  });

  it.each([
    ['Budget review', 'udget'],
    ['Budget review', 'budgets'],
    ['Budget review', 'budget plan'],
    ['会 議', '会議'],
    ['東京', '京東'],
    ['かき', 'がき'],
    ['80991234', '1234'],
    ['Budget', '…'],
    ['', 'a'],
  ])('%s not by %s', (text, asked) => {
    expect(finds(text, asked)).toBe(false);
  });
});

it('no word reaches from one thing into the next', () => {
  expect(textOf('会', '議')).not.toContain(wordsOf('会議')[0]);
});

it('what is implied by another word is not asked', () => {
  expect(wordsOf('b bud budget bud 会 会議')).toEqual(wordsOf('budget 会議'));
  expect(wordsOf(' … \n')).toEqual([]);
});

const letters = [...'aAäÄßéÉzZ019 -@.会議東ーかガ회의ñøŁΣς\u0301\u3099ﬁＡ🎉'];
const some = fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 });

describe('any text', () => {
  it('is folded once for all', () => {
    fc.assert(
      fc.property(fc.oneof(some, fc.string({ unit: 'binary' })), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 2_000 },
    );
  });

  /** By the letter of what is promised: each word is the beginning of one, and of those without spaces each sign is. */
  function naive(text: string, asked: string): boolean {
    const runs = (of: string) =>
      fold(of)
        .split(/[^\p{L}\p{N}\p{M}\p{So}]+/u)
        .filter((run) => run !== '');
    const standsAlone = (sign = '') => /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{So}]/u.test(sign);
    return runs(asked).every((word) =>
      runs(text).some((run) => {
        const signs = [...run];
        return signs.some(
          (sign, i) =>
            (i === 0 || standsAlone(sign) || standsAlone(signs[i - 1])) &&
            signs.slice(i).join('').startsWith(word),
        );
      }),
    );
  }

  it('is found by the beginnings of its words, and by nothing else', () => {
    fc.assert(
      fc.property(some, some, fc.nat(12), fc.nat(6), (text, other, from, length) => {
        for (const asked of [other, text.slice(from, from + length)]) {
          if (wordsOf(asked).length > 0) expect(finds(text, asked)).toBe(naive(text, asked));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
