/** Which application permission each request needs. */

export const PERMISSIONS = [
  'Calendars.Read',
  'Calendars.ReadWrite',
  'Mail.Read',
  'Mail.Send',
  'MailboxSettings.Read',
  'Place.Read.All',
  'User.Read.All',
] as const;

/** The first that fits decides; any one of its permissions is enough. What fits none needs none. */
const NEEDS: readonly (readonly [method: RegExp, path: RegExp, ...anyOf: string[]])[] = [
  [/./, /^\/places\b/, 'Place.Read.All'],
  [/POST/, /^\/subscriptions$/, 'Calendars.Read'],
  [/./, /^\/users\/[^/]+\/mailboxSettings\b/, 'MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
  [/./, /^\/users\/[^/]+\/sendMail$/, 'Mail.Send'],
  [/./, /^\/users\/[^/]+\/(mailFolders|messages)\b/, 'Mail.Read', 'Mail.ReadWrite'],
  [/GET/, /^\/users\/[^/]+\/(calendarView|calendar|events)\b/, 'Calendars.Read', 'Calendars.ReadWrite'],
  [/./, /^\/users\/[^/]+\/(calendarView|calendar|events)\b/, 'Calendars.ReadWrite'],
  [/./, /^\/users\/[^/]+$/, 'User.Read.All', 'Directory.Read.All'],
];

/** `path` below `/v1.0`, without its query. */
export function mayDo(method: string, path: string, granted: ReadonlySet<string>): boolean {
  const need = NEEDS.find(([methods, paths]) => methods.test(method) && ignoringCase(paths).test(path));
  return need === undefined || need.slice(2).some((name) => granted.has(String(name)));
}

function ignoringCase(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, 'i');
}
