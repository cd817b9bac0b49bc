// portico auth: accounts that are signed in to, from the login to the logout.
import { Command } from 'commander';
import { accountsImportCommand } from '../accounts/import.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { authExportCommand } from './export.ts';
import { authInfoCommand } from './info.ts';
import { authListCommand } from './list.ts';
import { authLoginCommand } from './login/index.ts';
import { authLogoutCommand } from './logout.ts';
import { authRefreshCommand } from './refresh.ts';
import { authStatusCommand } from './status.ts';
import { authValidateCommand } from './validate.ts';

const help = `
Exit code: 0 fine, 1 failed, 2 asked or configured wrongly, 3 an account is expired or broken.

Examples:
  portico auth list                      where one can sign in, and what is missing
  portico auth login acme                sign in with a browser
  portico auth login acme --no-browser   on a machine without one
  portico auth status                    whose, until when, how refreshing goes
  portico auth validate                  ask whether they work
  portico auth logout acme/ada           revoke the tokens and remove the file
`;

export function authCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('auth')
    .description('sign accounts in and out, and see until when they are good')
    .addCommand(authLoginCommand(terminal, exit))
    .addCommand(authLogoutCommand(terminal, exit))
    .addCommand(authStatusCommand(terminal, exit))
    .addCommand(authInfoCommand(terminal, exit))
    .addCommand(authValidateCommand(terminal, exit))
    .addCommand(authRefreshCommand(terminal, exit))
    .addCommand(authListCommand(terminal, exit))
    .addCommand(accountsImportCommand(terminal, exit, 'auth'))
    .addCommand(authExportCommand(terminal, exit))
    .addHelpText('after', help);
}
