/** Spanish: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'Ranuras y capacidad',
  'capacity.of': 'Ranuras y capacidad de {name}',
  'capacity.back': 'Todos los puentes',
  'capacity.quarter-hours': 'Cada cuarto de hora',
  'capacity.what': 'Qué se muestra',
  'capacity.slots': 'Ranuras',
  'capacity.ports': 'Puertos',
  'capacity.length': 'Días mostrados',
  'capacity.days': '{count|one:# día|other:# días}',
  'capacity.quarters': 'Cuartos de hora del {day}',
  'capacity.value-slots': '{time}: {held} de {slots} ranuras ocupadas',
  'capacity.value-ports': '{time}: {ports} de {limit} puertos previstos',
  'capacity.value-ports-unlimited': '{time}: {ports|one:# puerto previsto|other:# puertos previstos}',
  'capacity.too-few': '{said} – demasiado pocos',
  'capacity.peak': 'Lo más ajustado, a las {said}',
  'capacity.nothing': 'No hay nada reservado',
  'capacity.few-slots':
    'Casi todas las ranuras están ocupadas en {count|one:un cuarto de hora|other:# cuartos de hora}; el primero, a las {time}.',
  'capacity.few-ports':
    'Se prevén más puertos de los que hay en {count|one:un cuarto de hora|other:# cuartos de hora}; el primero, a las {time}.',
  'capacity.enough': 'Por lo que se sabe, hay suficiente para todo lo reservado en estos días.',
  'capacity.explain':
    'Una ranura cuenta en cada cuarto de hora en que está ocupada en algún momento, con su preparación y su cierre. Lo que ha terminado ha devuelto sus ranuras.',
  'capacity.people':
    'Los puertos son las salas a las que se llama y {people} personas por reunión, como tuvo de media {count|one:la última reunión|other:el conjunto de las últimas # reuniones}.',
  'capacity.people-unknown':
    'Los puertos son solo las salas a las que se llama. No se sabe cuántas personas se unirán por su cuenta: {count|=0:no se pudo medir ninguna reunión pasada|one:solo se pudo medir una reunión pasada|other:solo se pudieron medir # reuniones pasadas}.',
  'capacity.limit':
    'Ahora {count|one:un puente en servicio tiene|other:# puentes en servicio tienen} {ports|one:# puerto|other:# puertos}.',
  'capacity.limit-unknown':
    'No se sabe cuántos puertos hay mientras {names} esté en servicio: allí no se ha fijado participantLimit.',
  'capacity.as-of': 'Datos de las {time}.',
  'capacity.earlier': 'Un cuarto de hora antes',
  'capacity.later': 'Un cuarto de hora después',
  'capacity.held': 'Ocupadas',
  'capacity.resting': 'En reposo',
  'capacity.unclean': 'No vistas vacías',
  'capacity.blocked': 'De otros',
  'capacity.free': 'Libres',
  'capacity.meetings': 'Reuniones',
  'capacity.rooms': 'Salas llamadas',
  'capacity.in-service': 'Puentes en servicio',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'No se sabe de quién es',
  'capacity.as.left': 'dejada por su reunión, en reposo',
  'capacity.as.next': 'será su número enseguida',
  'capacity.as.found': 'encontrada en marcha',
  'capacity.not-of-range': 'de un rango anterior',
  'capacity.none': 'Entonces no hay ningún número ocupado.',
  'capacity.more': 'Mostrar más',
};
