/** The invitation as it was sent: what everybody who is invited reads, and what was sent about it. */
import { describe, expect, it } from 'vitest';
import { type InvitationReading, readInvitation } from '../src/administration-invitation.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { invitation as schema } from '../src/http/api/invitation.ts';
import type { Ledger } from '../src/invitation/ledger.ts';
import type { Standing } from '../src/invitation/standing.ts';

const at = Date.parse('2026-11-27T10:00:00Z');
const joining = (number: string) => ({
  number,
  passcode: '271828',
  uri: `${number}@x.example`,
  accessNumbers: [],
});
const standing: Standing = { joining: joining('80991007'), facts: [] };
const told: Ledger['told'] = {
  way: 'event',
  at,
  standing,
  reader: { language: 'de', timeZone: 'Europe/Berlin' },
};
const event: Ledger['event'] = { id: 'e', etag: 'w', standing };

function read(
  ledger: Ledger,
  { originalStart, timeline = [] }: { originalStart?: number; timeline?: TimelineEntry[] } = {},
) {
  const last = { uid: 'uid', ...(originalStart === undefined ? {} : { originalStart }) };
  const deps: InvitationReading = {
    invitation: { help: 'Call 4711' },
    meetings: {
      load: async (key) => (key === 'uid' ? ({ key, last } as unknown as Meeting) : undefined),
      timeline: async () => timeline,
    },
    told: { load: async () => ledger },
  };
  return readInvitation(deps, 'uid');
}

describe('the invitation', () => {
  it('is what the event says, in the language in which it was written, and valid by its schema', async () => {
    const timeline: TimelineEntry[] = [
      { at: at - 1, what: 'reserved', number: '80991007' },
      { at, what: 'invitation-written', number: '80991007' },
      { at: at + 1, what: 'opened', callBridge: 'https://cms1.x' },
    ];
    const said = await read({ told, event }, { timeline });
    expect(schema.parse(said)).toEqual(said);
    expect(said).toMatchObject({ state: 'written', reason: null, language: 'de', timeZone: 'Europe/Berlin' });
    expect(said?.at).toBe('2026-11-27T10:00:00.000Z');
    for (const form of [said?.text, said?.html]) {
      for (const detail of ['80991007', '271828', 'Call 4711']) expect(form).toContain(detail);
    }
    expect(said?.text).not.toContain('<');
    expect(said?.html).toContain('lang="de"');
    expect(said?.sent.map(({ what }) => what)).toEqual(['invitation-written']);
  });

  it('of an occurrence with a body of its own is that one', async () => {
    const bodies = { 5: { id: 'o', etag: '', standing: { joining: joining('80991009'), facts: [] } } };
    expect((await read({ told, event, bodies }, { originalStart: 5 }))?.text).toContain('80991009');
    expect((await read({ told, event, bodies }, { originalStart: 6 }))?.text).toContain('80991007');
  });

  it.each([
    ['mail', 'mailed'],
    ['reply', 'answered'],
  ] as const)('was told by %s where the event cannot be written, and why is said', async (way, state) => {
    const refused = { reason: 'refused 403', isReadable: true, fingerprint: '', at };
    const said = await read({ told: { ...told, way }, refused });
    expect(said).toMatchObject({ state, reason: 'refused 403' });
    expect(said?.text).toContain('80991007');
  });

  it('that nobody could be told is not there, and why is said', async () => {
    const said = await read({ untold: { reason: 'event: absent 404', fingerprint: '', at } });
    expect(said).toMatchObject({
      state: 'not-told',
      reason: 'event: absent 404',
      text: null,
      html: null,
      at: null,
    });
  });

  it('that was taken out, or never written, says nothing', async () => {
    const silent: Standing = { facts: [] };
    expect(
      await read({ told: { ...told, standing: silent }, event: { ...event, standing: silent } }),
    ).toMatchObject({
      ...{ state: 'nothing', text: null, html: null },
    });
    expect(await read({})).toMatchObject({ state: 'nothing', at: null, language: null, sent: [] });
  });

  it('of no meeting is none', async () => {
    const deps = { meetings: { load: async () => undefined } } as unknown as InvitationReading;
    expect(await readInvitation(deps, 'nobody')).toBeUndefined();
  });
});
