import { expect, test } from 'vitest';
import { powerShellText } from '../src/check-powershell.ts';
import { fold, type Remedy, scriptOf, tellRemedies } from '../src/check-remedies.ts';
import { report, warning } from '../src/check-report.ts';

const accept = (mailbox: string): Remedy => ({
  about: 'accepts',
  command: 'Set-It -Identity $_ -On $true',
  mailbox,
});
const many = Array.from({ length: 5_000 }, (_, index) => accept(`room${index}@example.com`));

test('the same remedy of many rooms is one line, and each room has its mark', () => {
  const findings = ['a@example.com', 'b@example.com'].map((mailbox) => ({
    ...warning(`room ${mailbox}`, 'does not accept'),
    shared: [accept(mailbox), { about: 'sees to it', command: 'See-It' }],
  }));
  expect(report(findings)).toBe(
    [
      'WHAT                STATE    DETAIL',
      'room a@example.com  warning  does not accept [1] [2]',
      'room b@example.com  warning  does not accept [1] [2]',
      '',
      'TO BE RUN BY YOU (Exchange Online PowerShell unless it says otherwise):',
      '[1] accepts (2 mailboxes)',
      "    'a@example.com', 'b@example.com' | ForEach-Object { Set-It -Identity $_ -On $true }",
      '[2] sees to it',
      '    See-It',
      '',
      '0 ok, 2 warnings, 0 FAILED',
    ].join('\n'),
  );
});

test('one room is named in the command itself', () => {
  expect(tellRemedies(fold([accept('a@example.com')])).at(-1)).toBe(
    '    Set-It -Identity a@example.com -On $true',
  );
});

test('thousands of rooms stand in the script, not in the table', () => {
  const folded = fold(many);
  expect(tellRemedies(folded).join('\n').length).toBeLessThan(400);
  const script = scriptOf(folded);
  expect(script.match(/^ {2}'room\d+@example\.com'$/gm)).toHaveLength(5_000);
  expect(script).toMatch(/^@\($/m);
  expect(script).toMatch(/^\) \| ForEach-Object \{ Set-It -Identity \$_ -On \$true \}$/m);
});

test('what is to be chosen or filled in does not run with the script', () => {
  const group = (mailbox: string) => ({ about: 'joins', command: 'Add-It "<group>" $_', mailbox });
  const script = scriptOf(
    fold([{ about: 'grants', command: 'Grant-It' }, ...many.map((one) => group(one.mailbox ?? ''))]),
  );
  expect(script.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
});

test('an address is a text to PowerShell, whatever stands in it', () => {
  expect(powerShellText("o'hare$(x)@example.com")).toBe("'o''hare$(x)@example.com'");
  expect(powerShellText('o’hare@example.com', 'bare')).toBe("'o’’hare@example.com'");
  expect(powerShellText('room-1@example.com', 'bare')).toBe('room-1@example.com');
});
