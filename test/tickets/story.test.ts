/** The running product, its pages and its commands: meetings that have no slot or cannot be opened, seen to and mended. */
import { expect, it } from 'vitest';
import type { TicketView } from '../../src/cluster/ticket.ts';
import { run } from '../world/command.ts';
import { inWorld } from '../world/in-world.ts';
import { organizer, until } from '../world/world.ts';

const minute = 60_000;

it('meetings without a slot, and one that cannot be opened', { timeout: 400_000 }, () =>
  inWorld({ quantity: 1, cms: { softwareVersion: '3.9.1' } }, async (world, product) => {
    const open = async () => (await world.api<{ tickets: TicketView[] }>(product, '/api/tickets')).tickets;
    const ticket = (code: string) =>
      until(
        async () => (await open()).find((one) => one.code === code),
        90_000,
        () => product.output().slice(-2_000),
      );
    const over = (code: string) =>
      until(async () => ((await open()).every((one) => one.code !== code) ? true : undefined), 90_000);
    const cli = (...args: string[]) =>
      run([...args, '--config', world.configFile('cli.yaml', Number(new URL(product.admin).port))]);

    expect(await cli('tickets')).toEqual({ code: 0, stdout: 'No open tickets\n', stderr: '' });

    await Promise.all(world.cms.bridges.map((bridge) => bridge.kill()));
    const start = Date.now() + 20_000;
    const book = (room: string, subject: string) =>
      world.graph.outlook.book({
        ...{ organizer, rooms: [`${room}@example.com`], subject },
        ...{ start: new Date(start), end: new Date(start + 20 * minute) },
      });
    const first = book('boardroom', 'First');
    await world.meetingThat(product, first.iCalUId, ({ number }) => number !== null, 60_000);
    const second = book('huddle', 'Second');

    expect(await ticket('meetings-unplaced')).toMatchObject({
      severity: 'critical',
      detail: expect.stringMatching(/^1 meeting has no slot, the first at \d{4}-/),
    });
    const unopened = await ticket('meeting-not-opened');
    expect(unopened).toMatchObject({
      ...{ severity: 'critical', about: `meeting ${first.iCalUId}` },
      detail: expect.stringMatching(/^it begins at .*refused the connection/),
    });
    expect(JSON.stringify(await open())).not.toMatch(/First|Second/);

    const acknowledged = await cli(
      'tickets',
      'acknowledge',
      unopened.id,
      '--note',
      'power is back soon',
      '--by',
      'ann',
    );
    expect(acknowledged).toMatchObject({ code: 0, stderr: '' });
    expect(acknowledged.stdout).toContain('Acknowledged by ann');
    expect((await open()).find(({ id }) => id === unopened.id)?.acknowledged).toMatchObject({ by: 'ann' });
    const listed = await cli('tickets', '--json');
    expect(JSON.parse(listed.stdout).tickets.map(({ id }: TicketView) => id)).toContain(unopened.id);
    const unknown = await cli('tickets', 'acknowledge', '0000000000', '--note', 'x');
    expect(unknown).toMatchObject({ code: 1, stderr: 'roombridge failed: No ticket has this id.\n' });
    const metrics = await (await fetch(`${product.admin}/metrics`)).text();
    expect(metrics).toContain('roombridge_tickets{code="meeting-not-opened",severity="critical"} 1\n');

    await Promise.all(world.cms.bridges.map((bridge) => bridge.restart()));
    await over('meeting-not-opened');
    world.graph.outlook.cancel(second);
    await over('meetings-unplaced');
    const closed = await world.api<{ tickets: TicketView[] }>(product, '/api/tickets?state=closed');
    expect(closed.tickets.find(({ id }) => id === unopened.id)?.acknowledged?.note).toBe(
      'power is back soon',
    );
  }),
);
