/** The commands about who signs in to the admin listener. */
import type { Command } from 'commander';
import type { Ground } from './cli-ground.ts';
import type { AdminListenerConfig } from './config-signin.ts';

interface ConfigCommand {
  readonly config: string;
}

export function addAdminCommands(program: Command, { configOption, configured, say }: Ground): void {
  const asked = async (file: string, isLocal = true): Promise<AdminListenerConfig> => {
    const { signIn, http } = await configured(file);
    const { NotDone } = await import('./running.ts');
    if (signIn === undefined) throw new NotDone(`nobody has to sign in: ${file} has no signIn`);
    if (isLocal && !signIn.local)
      throw new NotDone(`signIn.local is false in ${file}: nobody signs in with a password`);
    return http.admin;
  };
  const commands = () => import('./admin-command.ts');
  const admin = program
    .command('admin')
    .description('who signs in to the running program: local administrators for the first day, and sessions');
  admin
    .command('create')
    .description('a set-up link for a new local administrator, or for a new password of one')
    .addOption(configOption)
    .option('--name <name>', 'small letters, digits, dots, hyphens', 'admin')
    .action(async ({ config: file, name }: ConfigCommand & { name: string }) => {
      const { inviteAdministrator } = await commands();
      say(await inviteAdministrator(await asked(file), name));
    });
  admin
    .command('list')
    .description('who there is')
    .addOption(configOption)
    .action(async ({ config: file }: ConfigCommand) => {
      const { listAdministrators } = await commands();
      say(await listAdministrators(await asked(file)));
    });
  admin
    .command('remove <name>')
    .description('end a local administrator, and their sessions')
    .addOption(configOption)
    .action(async (name: string, { config: file }: ConfigCommand) => {
      const { removeAdministrator } = await commands();
      say(await removeAdministrator(await asked(file), name));
    });
  admin
    .command('sign-out')
    .description('end all sessions, or those of one name')
    .addOption(configOption)
    .option('--name <name>', 'as /api/sessions and timelines have it')
    .action(async ({ config: file, name }: ConfigCommand & { name?: string }) => {
      const { endSessions } = await commands();
      say(await endSessions(await asked(file, false), name));
    });
}
