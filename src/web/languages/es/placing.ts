/** Spanish: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': 'La invitación',
  'invitation.text': 'Lo que leen todos los invitados',
  'invitation.written': 'Escrita en el evento del organizador',
  'invitation.mailed': 'Enviada al organizador por correo',
  'invitation.answered': 'Dicha al organizador en la respuesta de una sala',
  'invitation.not-told': 'No se pudo avisar al organizador',
  'invitation.nothing': 'No dice nada de cómo entrar.',
  'invitation.reason': 'No está en el evento: {reason}',
  'invitation.sent':
    '{count|one:Una cosa escrita o enviada sobre ella|other:# cosas escritas o enviadas sobre ella}',
  'do.tell-again': 'Enviar la invitación otra vez',
  'do.place-again': 'Darle otro número',
  'do.place-now': 'Buscar un número ahora',
  'do.move-bridge': 'Pasar a otro puente',
  'harm.place-again':
    '«{title}» deja el número {number} y recibe otro. La invitación se escribe de nuevo y se avisa al organizador; quien haya anotado el número antiguo, o lo tenga en un calendario sin actualizar, llegará a un espacio bloqueado que indica el nuevo.',
  'harm.move-bridge':
    'Todos los de «{title}» quedan desconectados y tienen que volver a llamar. El número se mantiene y se vuelve a llamar a sus salas.',
  'field.bridge': 'Puente',
  'field.bridge-any': 'El primero que esté bien y en servicio',
  'did.invitation-written': 'La invitación se escribió otra vez y llega a todos los invitados.',
  'did.organizer-mailed': 'Se envió un correo al organizador.',
  'did.organizer-answered': 'Una sala de la reunión respondió al organizador.',
  'did.placed': 'Su número es ahora {number}.',
  'did.moved-over': 'Ahora corre en {callBridge} y se vuelve a llamar a sus salas.',
  'refusal.is-running':
    'Está en marcha y hay gente dentro por su número: termínela primero o pásela a otro puente, que conserva el número.',
  'refusal.is-over': 'Ha terminado o fue cancelada.',
  'refusal.another-number': 'Ya tiene otro número que el que se iba a dejar.',
  'refusal.no-other-number': 'Ningún otro número está libre a su hora.',
  'refusal.not-running':
    'No está en marcha. Al empezar lo hace en el primer puente de su clúster que esté bien y en servicio, en el orden de la configuración.',
  'refusal.bridge-unknown': 'Su clúster no tiene ese puente.',
  'refusal.bridge-down': 'Ese puente no responde.',
  'refusal.bridge-drained': 'Ese puente está fuera de servicio.',
  'refusal.runs-there': 'Ya corre en ese puente.',
  'refusal.no-other-bridge': 'Ningún otro puente de su clúster está bien y en servicio.',
  'refusal.told-just-now': 'Se acaba de avisar al organizador; no se envió nada más.',
  'refusal.told-often': 'En una hora se enviaron tantos mensajes como se permite; inténtelo más tarde.',
  'refusal.nothing-to-tell': 'No hay nada que decir: ha terminado, fue cancelada o nadie la organizó.',
  'refusal.not-told': 'No hay ninguna vía abierta al organizador.',
};
