/** What mends a finding in PowerShell: the same command for many mailboxes is one line, and nothing is ever run. */
import { powerShellText } from './check-powershell.ts';

export interface Remedy {
  /** What it does, as a heading: `titles, texts and the private flag are kept`. */
  readonly about: string;
  /** One line; `$_` stands for the mailbox, where there is one. */
  readonly command: string;
  readonly mailbox?: string;
}

/** One remedy of all findings that have it. */
export interface Folded {
  /** As it stands beside the findings: `[1]`. */
  readonly mark: string;
  readonly about: string;
  readonly command: string;
  readonly mailboxes: readonly string[];
}

/** More than these are in the script only. */
const mostInLine = 12;

/** In the order in which they first appear. */
export function fold(remedies: readonly Remedy[]): Folded[] {
  const groups = new Map<string, { about: string; command: string; mailboxes: Set<string> }>();
  for (const { about, command, mailbox } of remedies) {
    const group = groups.get(about + command) ?? { about, command, mailboxes: new Set() };
    if (mailbox !== undefined) group.mailboxes.add(mailbox);
    groups.set(about + command, group);
  }
  return [...groups.values()].map((group, index) => ({
    ...group,
    mark: `[${index + 1}]`,
    mailboxes: [...group.mailboxes],
  }));
}

export function markOf(folded: readonly Folded[], remedy: Remedy): string {
  return (
    folded.find(({ about, command }) => about === remedy.about && command === remedy.command)?.mark ?? ''
  );
}

/** Lines for the end of the table; empty without remedies. */
export function tellRemedies(folded: readonly Folded[]): string[] {
  if (folded.length === 0) return [];
  const lines = ['', 'TO BE RUN BY YOU (Exchange Online PowerShell unless it says otherwise):'];
  for (const { mark, about, command, mailboxes } of folded) {
    const many = mailboxes.length > 1 ? ` (${mailboxes.length} mailboxes)` : '';
    lines.push(`${mark} ${about}${many}`);
    if (mailboxes.length <= mostInLine) lines.push(`    ${inLine(command, mailboxes)}`);
    else {
      lines.push(`    $mailboxes | ForEach-Object { ${command} }`);
      lines.push(`    $mailboxes are those marked ${mark}; --script FILE writes this with all of them`);
    }
  }
  return lines;
}

/**
 * The same as a script, whole however many mailboxes there are. What is no setting of a mailbox, or leaves something to
 * be filled in or chosen, is a comment.
 */
export function scriptOf(folded: readonly Folded[]): string {
  const parts = folded.map(({ mark, about, command, mailboxes }) => {
    const heading = `# ${mark} ${about}`;
    const byHand = mailboxes.length === 0 || /<[^>]+>/.test(command);
    if (mailboxes.length <= mostInLine)
      return `${heading}\n${byHand ? '# ' : ''}${inLine(command, mailboxes)}\n`;
    const list = mailboxes.map((mailbox) => `  ${powerShellText(mailbox)}`).join('\n');
    const lines = `@(\n${list}\n) | ForEach-Object { ${command} }`;
    return `${heading}\n${byHand ? lines.replace(/^/gm, '# ') : lines}\n`;
  });
  const head = '# Written by roombridge check for Exchange Online PowerShell. Read it before you run it.\n';
  return [head, ...parts].join('\n');
}

function inLine(command: string, mailboxes: readonly string[]): string {
  const [only, ...others] = mailboxes;
  if (only === undefined) return command;
  if (others.length === 0) return command.replaceAll('$_', () => powerShellText(only, 'bare'));
  return `${mailboxes.map((mailbox) => powerShellText(mailbox)).join(', ')} | ForEach-Object { ${command} }`;
}
