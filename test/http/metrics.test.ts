/** Every series has a name, a help text, and starts where a rate can see its first event. */
import { expect, test } from 'vitest';
import { ticketCodes, ticketKinds } from '../../src/cluster/ticket-codes.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { doorOutcomes } from '../../src/http/public/door-outcome.ts';
import { showSlots, showTickets } from '../../src/http/shared-gauges.ts';

test('the series are there under their documented names', async () => {
  const metrics = createMetrics();
  metrics.graphRequests.inc({ method: 'GET', status: '200' });
  metrics.cmsRequests.inc({ call_bridge: 'cms1', method: 'PUT', outcome: 'ok' });
  metrics.startLateness.observe(0.02);
  metrics.reservations.inc({ outcome: 'reserved' });
  metrics.invitations.inc({ outcome: 'written' });
  metrics.failovers.inc({ cluster: 'emea' });
  metrics.changeLatency.observe({ way: 'notification' }, 1.5);
  const text = await metrics.registry.metrics();
  for (const line of [
    'roombridge_graph_requests_total{method="GET",status="200"} 1',
    'roombridge_cms_requests_total{call_bridge="cms1",method="PUT",outcome="ok"} 1',
    'roombridge_conference_start_lateness_seconds_bucket{le="0.025"} 1',
    'roombridge_reservations_total{outcome="reserved"} 1',
    'roombridge_invitations_total{outcome="written"} 1',
    'roombridge_failovers_total{cluster="emea"} 1',
    'roombridge_change_seconds_bucket{le="2",way="notification"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('each outcome of the door starts at zero', async () => {
  const text = await createMetrics().registry.metrics();
  for (const outcome of doorOutcomes)
    expect(text).toContain(`roombridge_door_total{outcome="${outcome}"} 0\n`);
});

test('two registries do not meet', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.failovers.inc({ cluster: 'emea' });
  expect(await other.registry.metrics()).not.toContain('emea');
});

test('tickets are counted by code, those at zero too, and not at all while nobody can say', async () => {
  const metrics = createMetrics();
  const ticket = {
    code: 'clock-off',
    about: 'a',
    detail: '',
    id: '1',
    scope: 's',
    since: 0,
    lastSeen: 0,
  } as const;
  showTickets(metrics, [ticket, { ...ticket, id: '2' }]);
  const text = await metrics.registry.metrics();
  for (const code of ticketCodes) {
    const { severity } = ticketKinds[code];
    const count = code === 'clock-off' ? 2 : 0;
    expect(text).toContain(`roombridge_tickets{code="${code}",severity="${severity}"} ${count}\n`);
  }
  showTickets(metrics, undefined);
  expect(await metrics.registry.metrics()).not.toContain('roombridge_tickets{');
});

test('slots are told of each cluster, and not at all while nobody can say', async () => {
  const metrics = createMetrics();
  showSlots(metrics, [{ cluster: 'emea', there: 20, held: 3 }]);
  const text = await metrics.registry.metrics();
  expect(text).toContain('roombridge_slots{cluster="emea"} 20\n');
  expect(text).toContain('roombridge_slots_held{cluster="emea"} 3\n');
  showSlots(metrics, undefined);
  expect(await metrics.registry.metrics()).not.toContain('emea');
});
