/** The commands about who signs in to the admin listener. */
import type { Command, Option } from 'commander';
import {
  endSessions,
  inviteAdministrator,
  listAdministrators,
  removeAdministrator,
} from './admin-command.ts';
import type { Config } from './config.ts';
import type { AdminListenerConfig } from './config-signin.ts';
import { NotDone } from './running.ts';

interface Tools {
  readonly configOption: Option;
  /** The configuration of a file; mistakes in it end the process. */
  configured(file: string): Config;
  say(text: string): void;
}

interface ConfigCommand {
  readonly config: string;
}

export function addAdminCommands(program: Command, { configOption, configured, say }: Tools): void {
  const asked = (file: string, isLocal = true): AdminListenerConfig => {
    const { signIn, http } = configured(file);
    if (signIn === undefined) throw new NotDone(`nobody has to sign in: ${file} has no signIn`);
    if (isLocal && !signIn.local)
      throw new NotDone(`signIn.local is false in ${file}: nobody signs in with a password`);
    return http.admin;
  };
  const admin = program
    .command('admin')
    .description('who signs in to the running program: local administrators for the first day, and sessions');
  admin
    .command('create')
    .description('a set-up link for a new local administrator, or for a new password of one')
    .addOption(configOption)
    .option('--name <name>', 'small letters, digits, dots, hyphens', 'admin')
    .action(async ({ config: file, name }: ConfigCommand & { name: string }) =>
      say(await inviteAdministrator(asked(file), name)),
    );
  admin
    .command('list')
    .description('who there is')
    .addOption(configOption)
    .action(async ({ config: file }: ConfigCommand) => say(await listAdministrators(asked(file))));
  admin
    .command('remove <name>')
    .description('end a local administrator, and their sessions')
    .addOption(configOption)
    .action(async (name: string, { config: file }: ConfigCommand) =>
      say(await removeAdministrator(asked(file), name)),
    );
  admin
    .command('sign-out')
    .description('end all sessions, or those of one name')
    .addOption(configOption)
    .option('--name <name>', 'as /api/sessions and timelines have it')
    .action(async ({ config: file, name }: ConfigCommand & { name?: string }) =>
      say(await endSessions(asked(file, false), name)),
    );
}
