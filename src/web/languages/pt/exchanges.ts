/** Portuguese: what the pages say of requests and answers of the work on a meeting. */
import type { Exchanges } from '../en/exchanges.ts';

export const exchanges: Exchanges = {
  'exchanges.with': 'Com pedidos',
  'exchanges.show': 'Pedidos',
  'exchanges.of': 'Pedidos de: {what}',
  'exchanges.work': 'Tarefa',
  'exchanges.copy-id': 'Copiar {id}',
  'exchanges.only': 'Só esta tarefa',
  'exchanges.filtered': 'Só é mostrado o que pertence a uma tarefa:',
  'exchanges.everything': 'Mostrar tudo',
  'exchanges.none':
    'Nada foi guardado: não perguntou a ninguém, ou os seus pedidos deram lugar a outros mais recentes.',
  'exchanges.other': 'Tarefa em que nada aconteceu com a reunião',
  'exchanges.sent': 'Enviado',
  'exchanges.answer': 'Resposta',
  'exchanges.hidden': 'oculto',
  'exchanges.unnamed': '{count|one:Mais um campo não é guardado.|other:Mais # campos não são guardados.}',
  'exchanges.to': 'para {whom}',
  'exchanges.from': 'de {whom}',
  'exchanges.answered': 'resposta {status} após {time}',
  'exchanges.failed': '{fault}, após {time}',
  'fault.unreachable': 'inacessível',
  'fault.busy': 'sobrecarregado',
  'fault.refused': 'recusado',
  'fault.absent': 'não existe',
  'fault.garbled': 'resposta incompreensível',
  'fault.stale': 'alterado entretanto por outra pessoa',
  'fault.reset': 'tem de ser lido de novo',
};
