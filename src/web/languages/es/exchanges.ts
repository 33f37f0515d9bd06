/** Spanish: what the pages say of requests and answers of the work on a meeting. */
import type { Exchanges } from '../en/exchanges.ts';

export const exchanges: Exchanges = {
  'exchanges.with': 'Con peticiones',
  'exchanges.show': 'Peticiones',
  'exchanges.of': 'Peticiones de: {what}',
  'exchanges.work': 'Tarea',
  'exchanges.copy-id': 'Copiar {id}',
  'exchanges.only': 'Solo esta tarea',
  'exchanges.filtered': 'Solo se muestra lo que pertenece a una tarea:',
  'exchanges.everything': 'Mostrar todo',
  'exchanges.none':
    'No se conserva nada: no preguntó a nadie, o sus peticiones dejaron sitio a otras más recientes.',
  'exchanges.other': 'Tarea en la que nada ocurrió con la reunión',
  'exchanges.sent': 'Enviado',
  'exchanges.answer': 'Respuesta',
  'exchanges.hidden': 'oculto',
  'exchanges.unnamed': '{count|one:Un campo más no se conserva.|other:# campos más no se conservan.}',
  'exchanges.to': 'a {whom}',
  'exchanges.from': 'de {whom}',
  'exchanges.answered': 'respuesta {status} tras {time}',
  'exchanges.failed': '{fault}, tras {time}',
  'fault.unreachable': 'inaccesible',
  'fault.busy': 'sobrecargado',
  'fault.refused': 'rechazado',
  'fault.absent': 'no existe',
  'fault.garbled': 'respuesta incomprensible',
  'fault.stale': 'modificado entretanto por otra persona',
  'fault.reset': 'hay que leerlo de nuevo',
};
