/** The section of those who are told of tickets, and what the configuration complains of in it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { changed, env, load, mistakes, pem } from './sound.ts';

const webhook = { url: 'https://alerts.example.com/rb?team=av', secret: 'sixteen-letters!' };
const mail = { mail: ['Ops@example.com'], from: 'roombridge@example.com' };
const withTargets = (...tell: unknown[]) => changed(['tickets', { tell }]);
const hint = '${NAME} or ${file:PATH}';

it('webhooks and mail may be mixed, each with severities of its own', () => {
  const { tickets } = load(
    withTargets(
      { ...webhook, secret: '${HOOK}', ca: 'bundle.pem' },
      { ...mail, severities: ['critical'] },
      { url: 'http://[::1]:9000/', secret: webhook.secret, severities: ['notice'] },
    ),
    { ...env, HOOK: 'a-secret-of-the-environment' },
  );
  expect(tickets).toEqual({
    tell: [
      {
        ...{ kind: 'webhook', url: webhook.url, secret: 'a-secret-of-the-environment' },
        ...{ severities: ['critical', 'warning'], ca: pem('bundle.pem') },
      },
      { kind: 'mail', to: ['ops@example.com'], from: mail.from, severities: ['critical'] },
      { kind: 'webhook', url: 'http://[::1]:9000/', secret: webhook.secret, severities: ['notice'] },
    ],
  });
});

it('nobody is told unless somebody is named', () => {
  expect(load(changed())).not.toHaveProperty('tickets');
  expect(load(changed(['tickets', {}])).tickets).toEqual({ tell: [] });
});

it('the section that the example shows is sound', () => {
  const example = readFileSync(join(import.meta.dirname, '../../deploy/roombridge.example.yaml'), 'utf8');
  const [, shown = ''] = /\n(# tickets:\n(?:#.*\n)+)/.exec(example) ?? [];
  const { tickets } = parse(shown.replace(/^# ?/gm, '')) as { tickets: object };
  const config = load(changed(['tickets', tickets]), { ...env, ALERTS_SECRET: webhook.secret });
  expect(config.tickets?.tell.map(({ kind }) => kind)).toEqual(['webhook', 'mail']);
});

describe('is told of', () => {
  const url = (got: string) =>
    `tickets.tell[0].url: expected an https URL such as https://alerts.example.com/roombridge (http for localhost only), got ${got}`;

  it.each([
    ['what is neither', [{}], ['tickets.tell[0]: expected exactly one of url and mail, got neither']],
    [
      'what is both',
      [{ ...webhook, ...mail }],
      ['tickets.tell[0]: expected exactly one of url and mail, got both'],
    ],
    [
      'http to another host',
      [{ ...webhook, url: 'http://x.example.com' }],
      [url('an http URL of another host')],
    ],
    ['another kind of URL', [{ ...webhook, url: 'ftp://x' }], [url('another kind of URL')]],
    ['what is no URL', [{ ...webhook, url: 'alerts' }], [url('a text that is not a URL')]],
    [
      'a password in the URL',
      [{ ...webhook, url: 'https://u:p@x.example.com' }],
      [url('a URL with a user name or password')],
    ],
    ['a fragment', [{ ...webhook, url: 'https://x.example.com/#a' }], [url('a URL with a fragment')]],
    [
      'no secret',
      [{ url: webhook.url }],
      ['tickets.tell[0].secret: expected the secret that news are signed with, got nothing'],
    ],
    [
      'a short secret',
      [{ ...webhook, secret: 'fifteen-letters' }],
      [
        `tickets.tell[0].secret: expected a secret of at least 16 characters, best as ${hint}, got a shorter one`,
      ],
    ],
    [
      'the same address twice',
      [webhook, { ...webhook, severities: ['notice'] }],
      ['tickets.tell[1].url: the same address as tickets.tell[0].url'],
    ],
    [
      'nobody who gets the mail',
      [{ ...mail, mail: [] }],
      ['tickets.tell[0].mail: expected a list of at least one mailbox address, got an empty list'],
    ],
    [
      'what is no mailbox',
      [{ ...mail, mail: ['ops'] }],
      ['tickets.tell[0].mail[0]: expected a mailbox address such as ops@example.com, got another text'],
    ],
    [
      'no mailbox to send from',
      [{ mail: mail.mail }],
      ['tickets.tell[0].from: expected the mailbox that mails come from, got nothing'],
    ],
    [
      'what belongs to the other kind',
      [
        { ...webhook, from: mail.from },
        { ...mail, secret: webhook.secret },
      ],
      ['tickets.tell[0].from: does not go with url', 'tickets.tell[1].secret: does not go with mail'],
    ],
    [
      'an unknown severity',
      [{ ...webhook, severities: ['critcal'] }],
      [
        'tickets.tell[0].severities[0]: expected one of critical, warning, notice, got a text; did you mean critical?',
      ],
    ],
    [
      'no severity',
      [{ ...webhook, severities: [] }],
      [
        'tickets.tell[0].severities: expected a list of at least one of critical, warning, notice, got an empty list',
      ],
    ],
    [
      'authorities that are not there',
      [{ ...webhook, ca: 'gone.pem' }],
      ['tickets.tell[0].ca: the file gone.pem does not exist'],
    ],
    [
      'an unknown key',
      [{ ...webhook, secrets: 'x' }],
      ['tickets.tell[0].secrets: unknown key; did you mean secret?'],
    ],
  ])('%s', (_, tell, expected) => {
    expect(mistakes(withTargets(...tell))).toEqual(expected);
  });
});
