/** `roombridge admin`: local administrators of the running product, for the first day and for when the provider is down. */
import type { AdminListenerConfig } from './config-signin.ts';
import { askRunning } from './running.ts';

/** @returns a set-up link for one use, to be given to nobody else. @throws NotDone */
export async function inviteAdministrator(admin: AdminListenerConfig, name: string): Promise<string> {
  const { link, ends } = (await askRunning(admin, '/api/administrators', { name })) as {
    readonly link: string;
    readonly ends: string;
  };
  return [
    `Open this link to set the password of the local administrator ${name}; it is good once, until ${ends}:`,
    '',
    link,
  ].join('\n');
}

/** @throws NotDone */
export async function listAdministrators(admin: AdminListenerConfig): Promise<string> {
  const { administrators } = (await askRunning(admin, '/api/administrators')) as {
    readonly administrators: readonly { readonly name: string; readonly hasPassword: boolean }[];
  };
  if (administrators.length === 0)
    return 'there is no local administrator; roombridge admin create makes one';
  return administrators
    .map(({ name, hasPassword }) => `${name}  ${hasPassword ? 'has a password' : 'has a set-up link only'}`)
    .join('\n');
}

/** Signs out who is of this name, or everybody. @throws NotDone */
export async function endSessions(admin: AdminListenerConfig, name: string | undefined): Promise<string> {
  const { ended } = (await askRunning(admin, '/api/sessions/end', name === undefined ? {} : { name })) as {
    readonly ended: number;
  };
  return ended === 1 ? '1 session was ended' : `${ended} sessions were ended`;
}

/** @throws NotDone for one that there is not */
export async function removeAdministrator(admin: AdminListenerConfig, name: string): Promise<string> {
  await askRunning(admin, `/api/administrators/${encodeURIComponent(name)}`, undefined, 'DELETE');
  return `${name}  is no local administrator any more, and signed out`;
}
