/** Every sentence in Spanish. */
import type { Catalogue } from './catalogue.ts';

export const spanish: Catalogue = {
  'title.neutral': 'Reunión',
  greeting: 'Hola, {{organizer}}:',
  'greeting.unnamed': 'Hola:',
  subject: '{{headline}}: {{title}}',
  meeting: 'Reunión',
  when: 'Fecha',
  'when.series': 'Serie, a partir del {{when}}',
  room: 'Sala',
  rooms: 'Salas',
  closing:
    'Este mensaje ha sido enviado automáticamente por Roombridge, que conecta las reservas de salas con las videoconferencias.',

  'joining.heading': 'Unirse a esta reunión por videoconferencia',
  'joining.number': 'Número que debe marcar',
  'joining.address': 'Dirección de vídeo',
  'joining.passcode': 'Código de acceso',
  'joining.access': 'Número de acceso',
  'sign.moved': 'Trasladada: ahora {{address}}',
  help: 'Si no consigue unirse, compruebe el número y vuelva a marcarlo. Si el problema continúa, póngase en contacto con su servicio de soporte informático.',
  'help.link': 'Ayuda para unirse',

  'ready.headline': 'Videoconferencia lista',
  ready:
    'La videoconferencia de su reunión está lista. Todas las personas pueden unirse con los datos siguientes.',
  'ready.series':
    'La videoconferencia de su serie de reuniones está lista. Los datos siguientes son válidos para todas las fechas, salvo que se indique otro número.',
  'number-changed.headline': 'Nuevo número de la videoconferencia',
  'number-changed':
    'El número de la videoconferencia ha cambiado. El número anterior, {{was}}, ya no es válido; utilice los datos siguientes.',
  'passcode-changed.headline': 'Nuevo código de acceso a la videoconferencia',
  'passcode-changed':
    'El código de acceso a la videoconferencia ha cambiado. El código anterior ya no es válido; utilice los datos siguientes.',
  'other-numbers.headline': 'Otro número en algunas fechas',
  'other-numbers': {
    one: 'Una fecha tiene un número propio:',
    many: '{{count}} de fechas tienen números propios:',
    other: '{{count}} fechas tienen números propios:',
  },
  'other-numbers.date': '{{date}}: número {{number}}',
  'other-numbers.date-passcode': '{{date}}: número {{number}}, código de acceso {{passcode}}',
  'other-numbers.next': 'Los datos siguientes son válidos para todas las demás fechas.',
  'without-conference.headline': 'Sin videoconferencia en algunas fechas',
  'without-conference': {
    one: 'Una fecha no tiene videoconferencia:',
    many: '{{count}} de fechas no tienen videoconferencia:',
    other: '{{count}} fechas no tienen videoconferencia:',
  },
  'without-conference.date-nearest': '{{date}} (hora más próxima con un número libre: {{nearest}})',
  'without-conference.next':
    'Las salas siguen reservadas. Si necesita videoconferencia en una de esas fechas, traslade la reunión a una hora en la que haya un número libre.',
  'no-slot.headline': 'Videoconferencia no disponible a esta hora',
  'no-slot': 'No hay videoconferencia para esta reunión: no queda ningún número libre a esta hora.',
  'no-slot.nearest': 'Hora más próxima en la que hay un número libre: {{nearest}}.',
  'no-slot.next':
    'Las salas siguen reservadas. En cuanto quede libre un número, se reservará para esta reunión y usted recibirá un aviso.',
  'placed-after-all.headline': 'La videoconferencia finalmente es posible',
  'placed-after-all':
    'Ha quedado libre un número y la videoconferencia finalmente tendrá lugar. Todas las personas pueden unirse con los datos siguientes.',
  'given-up.headline': 'Videoconferencia no disponible',
  'given-up':
    'La videoconferencia no se ha podido iniciar porque no hay conexión con el sistema de conferencias.',
  'given-up.same-again':
    'Seguimos intentándolo. En cuanto el sistema responda, la conferencia comenzará con el mismo número.',
  'given-up.nothing':
    'No se volverá a intentar. Reúnase por otro medio e informe a su servicio de soporte informático.',
  'extended.headline': 'Videoconferencia prolongada',
  extended: 'Como aún había participantes, la videoconferencia se ha prolongado. Nuevo final: {{until}}.',
  'ended-at-limit.headline': 'Videoconferencia finalizada',
  'ended-at-limit': 'La videoconferencia ha finalizado al alcanzar la prolongación máxima permitida: {{at}}.',
  'ended-at-limit.next': 'Si necesita más tiempo, reserve una nueva reunión.',
  'unused.headline': 'Videoconferencia liberada',
  unused: 'Como nadie ha participado, la videoconferencia ha finalizado. Su número ya no funciona.',
  'unused.room': 'La sala también ha quedado libre para que otras personas puedan reservarla.',
  'unused.next': 'Si todavía desea reunirse, reserve una nueva reunión.',
  'room-declined.headline': 'Una sala ha rechazado algunas fechas',
  'room-declined': {
    one: '{{room}} ha rechazado una fecha:',
    many: '{{room}} ha rechazado {{count}} de fechas:',
    other: '{{room}} ha rechazado {{count}} fechas:',
  },
  'room-declined.next':
    'Todas las demás fechas se mantienen. Si lo necesita, reserve otra sala para las fechas rechazadas.',
  'hosts.headline': 'Cómo unirse como anfitrión',
  hosts:
    'Los invitados esperan hasta que entre un anfitrión. Para unirse como anfitrión, marque {{address}} e introduzca el código de acceso {{passcode}}.',
  'hosts.no-passcode':
    'Los invitados esperan hasta que entre un anfitrión. Para unirse como anfitrión, marque {{address}}.',
  'hosts.next':
    'Estos datos son solo para anfitriones y no figuran en ninguna invitación. Los demás se unen con los datos de la invitación.',
  'withdrawn.headline': 'Videoconferencia cancelada',
  withdrawn: 'Esta reunión ya no tiene videoconferencia. El número ya no es válido.',
  'withdrawn.next': 'Si ha facilitado los datos a otras personas, avíselas.',

  warning: {
    one: 'Esta conferencia termina en un minuto.',
    other: 'Esta conferencia termina en {{count}} minutos.',
  },
  'warning.soon': 'Esta conferencia termina en menos de un minuto.',

  more: {
    one: 'y una más',
    many: 'y {{count}} más',
    other: 'y {{count}} más',
  },
};
