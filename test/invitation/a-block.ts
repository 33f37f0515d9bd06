/** A joining block for tests, such as the languages render it, and bodies to put it in. */
import { type BlockText, type EventBody, escapeHtml } from '../../src/invitation/block.ts';

export interface Details {
  readonly number: string;
  /** Empty for none. */
  readonly passcode: string;
  readonly help?: string;
}

export function aBlock(details: Details): BlockText {
  const { number, passcode, help = 'If you cannot join, call extension 4711 in the building.' } = details;
  const uri = `${number}@meet.example.com`;
  const lines = [
    ['<b>Join this meeting by video</b>', 'Join this meeting by video'],
    [`Number to dial: ${number}`],
    [`Video address: <a href="sip:${uri}">${uri}</a>`, `Video address: ${uri}`],
    ...(passcode === '' ? [] : [[`Passcode: ${passcode}`]]),
    [escapeHtml(help), help],
  ];
  return {
    html: `<div id="roombridge-joining" lang="en" dir="ltr">${lines.map(([line]) => `<p>${line}</p>`).join('')}</div>`,
    text: lines.map(([line, text = line]) => text).join('\r\n'),
  };
}

export const html = (content: string): EventBody => ({ contentType: 'html', content });
export const text = (content: string): EventBody => ({ contentType: 'text', content });
