/** What a screen reader says of the controls of a page, as the browser tells it: each has a name, and no two the same. */
import type { Page } from 'playwright-core';

interface Node {
  readonly ignored: boolean;
  readonly nodeId: string;
  readonly parentId?: string;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
}

const named = [
  ...[
    'button',
    'link',
    'textbox',
    'searchbox',
    'combobox',
    'checkbox',
    'switch',
    'radio',
    'spinbutton',
    'slider',
  ],
  ...['Date', 'tab', 'menuitem', 'grid', 'table', 'tablist', 'dialog', 'alertdialog', 'navigation', 'image'],
];
/** Who uses one has to know which of several it is. What says where it leads is told apart by that. */
const told = ['button', 'checkbox', 'textbox', 'searchbox', 'combobox', 'tab'];
/** Of these each page has one. */
const single = ['main', 'banner'];

export async function namingFaultsOf(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: Node[] };
  await session.detach();
  const roleOf = ({ role }: Node) => role?.value ?? '';
  const dates = new Set(nodes.flatMap((node) => (roleOf(node) === 'Date' ? [node.nodeId] : [])));
  // What a browser makes a date of is named by itself.
  const shown = nodes.filter(({ ignored, parentId = '' }) => !ignored && !isWithin(nodes, parentId, dates));
  const nameOf = ({ name }: Node) => name?.value.trim() ?? '';
  const nameless = shown
    .filter((node) => named.includes(roleOf(node)) && nameOf(node) === '')
    .map((node) => `a ${roleOf(node)} has no name`);
  const counts = new Map<string, number>();
  for (const node of shown) {
    if (!told.includes(roleOf(node))) continue;
    const said = [roleOf(node), nameOf(node), node.description?.value ?? ''].filter(Boolean).join(' ');
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  const alike = [...counts].filter(([, count]) => count > 1).map(([said, count]) => `${count} times ${said}`);
  const level = ({ properties }: Node) => properties?.find(({ name }) => name === 'level')?.value.value;
  const tops = shown.filter((node) => roleOf(node) === 'heading' && level(node) === 1);
  const missing = [
    ...single.map((role) => [role, shown.filter((node) => roleOf(node) === role).length] as const),
    ['heading of level 1', tops.length] as const,
  ].filter(([, count]) => count !== 1);
  return [...nameless, ...alike, ...missing.map(([what, count]) => `${what}: ${count} instead of 1`)];
}

function isWithin(nodes: readonly Node[], id: string, wanted: ReadonlySet<string>): boolean {
  if (id === '' || wanted.size === 0) return false;
  if (wanted.has(id)) return true;
  return isWithin(nodes, nodes.find(({ nodeId }) => nodeId === id)?.parentId ?? '', wanted);
}
