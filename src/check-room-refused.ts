/** A room whose calendar Graph does not give: why, and what mends it. */
import { addToGroup, findMailbox } from './check-powershell.ts';
import type { Remedy } from './check-remedies.ts';
import { type Finding, failed, warning } from './check-report.ts';
import { describeUnreachable } from './check-unreachable.ts';
import type { Config, RoomConfig } from './config.ts';
import type { GraphFault } from './graph/fault.ts';

export function whatOf({ mailbox }: RoomConfig): string {
  return `room ${mailbox}`;
}

export function roomRefused({ graph, proxy }: Config, room: RoomConfig, fault: GraphFault): Finding {
  const what = whatOf(room);
  const because = fault.code === undefined ? '' : `: ${fault.code}`;
  switch (fault.kind) {
    case 'unreachable': {
      const where = { addressKey: 'graph.apiUrl', caKey: 'graph.ca', proxy };
      const { detail, remedy } = describeUnreachable(fault.cause ?? fault, where);
      const said = fault.code === 'deadline' ? fault.message : `${new URL(graph.apiUrl).host}: ${detail}`;
      return failed(what, said, remedy);
    }
    case 'absent':
      return { ...failed(what, `is not a mailbox of this tenant (404${because})`), shared: [lost(room)] };
    case 'busy':
      return warning(
        what,
        `Graph wants us to come later (${fault.status}${because})`,
        'check again in a minute',
      );
    case 'refused':
      if (fault.status === 403) {
        const detail = `this application may not read it (403${because})`;
        return { ...failed(what, detail), shared: outOfScope(room, graph.clientId) };
      }
      if (fault.status === 401) {
        const remedy = 'see that graph.apiUrl and graph.loginUrl belong to the same cloud';
        return failed(what, `Graph does not take the token (401${because})`, remedy);
      }
      return failed(what, fault.message);
    case 'garbled':
      return failed(what, fault.message, 'see whether a proxy answers in place of Graph');
    case 'stale':
    case 'reset':
      return failed(what, fault.message);
    default:
      return fault.kind satisfies never;
  }
}

function lost({ mailbox }: RoomConfig): Remedy {
  const about = 'must find the mailbox, with a licence; else mend its address under rooms';
  return { about, command: findMailbox, mailbox };
}

/** https://learn.microsoft.com/exchange/permissions-exo/application-rbac */
function outOfScope({ mailbox }: RoomConfig, clientId: string): Remedy[] {
  return [
    {
      about: 'puts rooms into the group of the scope or of the access policy; it takes up to two hours',
      command: addToGroup,
      mailbox,
    },
    {
      about: 'says what is allowed, by RBAC for Applications and by an access policy',
      command:
        `Test-ServicePrincipalAuthorization -Identity ${clientId} -Resource $_; ` +
        `Test-ApplicationAccessPolicy -AppId ${clientId} -Identity $_`,
      mailbox,
    },
  ];
}
