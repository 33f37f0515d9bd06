/** `roombridge meeting --trace` against an admin listener: one line for each thing that happened, and for each request. */
import { expect, it } from 'vitest';
import { tellMeeting } from '../src/meeting-command.ts';
import { openAdmin } from './http/admin-fixture.ts';
import { meeting } from './http/answers.ts';

it('the timeline and the requests are told together, in the order of time, and no passcode', async () => {
  const at = (second: number) => `2026-03-10T13:00:0${second}.000Z`;
  const work = '1fdf4f9f-b257';
  const id = '0mwzqrkri-0000e-f61c9a';
  const more: (string | undefined)[] = [];
  const timeline = [
    { at: at(1), what: 'opened' as const, callBridge: 'https://cms1', late: 12, work },
    { at: at(5), what: 'renamed' as const },
  ];
  const admin = await openAdmin({
    getMeeting: async (key) => ({ ...meeting, key, passcode: '271828', timeline }),
    listExchanges: async (_key, { after }) => {
      more.push(after);
      const asked = { id, work, took: 9, method: 'PUT', path: '/api/v1/coSpaces/1' };
      const first = { ...asked, at: at(0), system: 'call-bridge' as const, callBridge: 'https://cms1' };
      const failed = {
        ...asked,
        at: at(3),
        system: 'graph' as const,
        status: 503,
        fault: 'busy',
        requestId: 'r-1',
      };
      return after === undefined
        ? { exchanges: [{ ...first, sent: { passcode: null, locked: 'true' }, status: 200 }], next: id }
        : { exchanges: [failed], next: null };
    },
    listMeetings: async () => ({ meetings: [meeting], next: null }),
  });
  try {
    const { text, well } = await tellMeeting({ host: '127.0.0.1', port: admin.port }, '80991000', {
      trace: true,
    });
    expect(well).toBe(true);
    expect(text).not.toContain('271828');
    expect(text.split('\n\n')[1]?.split('\n')).toEqual([
      `${at(0)} ${work}    https://cms1 PUT /api/v1/coSpaces/1 passcode=(hidden) locked=true -> 200 9ms`,
      `${at(1)} ${work} opened callBridge=https://cms1 late=12`,
      `${at(3)} ${work}    graph PUT /api/v1/coSpaces/1 -> 503 busy 9ms r-1`,
      `${at(5)}               renamed`,
    ]);
    expect(more).toEqual([undefined, id]);
  } finally {
    await admin.instance.close();
  }
});
