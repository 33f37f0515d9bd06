/** French: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'Emplacements et capacité',
  'capacity.of': 'Emplacements et capacité de {name}',
  'capacity.back': 'Tous les ponts',
  'capacity.quarter-hours': 'Chaque quart d’heure',
  'capacity.what': 'Ce qui est affiché',
  'capacity.slots': 'Emplacements',
  'capacity.ports': 'Ports',
  'capacity.length': 'Jours affichés',
  'capacity.days': '{count|one:# jour|other:# jours}',
  'capacity.quarters': 'Quarts d’heure du {day}',
  'capacity.value-slots': '{time} : {held} emplacements occupés sur {slots}',
  'capacity.value-ports': '{time} : {ports} ports attendus sur {limit}',
  'capacity.value-ports-unlimited': '{time} : {ports|one:# port attendu|other:# ports attendus}',
  'capacity.too-few': '{said} – trop peu',
  'capacity.peak': 'Le plus serré à {said}',
  'capacity.nothing': 'Rien n’est réservé',
  'capacity.few-slots':
    'Presque tous les emplacements sont occupés pendant {count|one:un quart d’heure|other:# quarts d’heure}, d’abord à {time}.',
  'capacity.few-ports':
    'Plus de ports sont attendus qu’il n’en existe pendant {count|one:un quart d’heure|other:# quarts d’heure}, d’abord à {time}.',
  'capacity.enough':
    'Pour autant qu’on sache, il y a assez de place pour tout ce qui est réservé ces jours-ci.',
  'capacity.explain':
    'Un emplacement compte dans chaque quart d’heure où il est occupé à un moment, préparation et clôture comprises. Ce qui est terminé a rendu ses emplacements.',
  'capacity.people':
    'Les ports sont les salles appelées et {people} personnes par réunion, comme en {count|one:a eu la dernière réunion|other:ont eu en moyenne les # dernières réunions}.',
  'capacity.people-unknown':
    'Les ports ne comptent que les salles appelées. On ne sait pas combien de personnes se joindront d’elles-mêmes : {count|=0:aucune réunion passée n’a pu être mesurée|one:une seule réunion passée a pu être mesurée|other:seulement # réunions passées ont pu être mesurées}.',
  'capacity.limit':
    'En ce moment, {count|one:un pont en service a|other:# ponts en service ont} {ports|one:# port|other:# ports}.',
  'capacity.limit-unknown':
    'On ne sait pas combien de ports il y a tant que {names} est en service : participantLimit n’y est pas défini.',
  'capacity.as-of': 'État à {time}.',
  'capacity.earlier': 'Un quart d’heure plus tôt',
  'capacity.later': 'Un quart d’heure plus tard',
  'capacity.held': 'Occupés',
  'capacity.resting': 'Au repos',
  'capacity.unclean': 'Pas vus vides',
  'capacity.blocked': 'Pris par d’autres',
  'capacity.free': 'Libres',
  'capacity.meetings': 'Réunions',
  'capacity.rooms': 'Salles appelées',
  'capacity.in-service': 'Ponts en service',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'On ne sait pas à qui il est',
  'capacity.as.left': 'quitté par sa réunion, au repos',
  'capacity.as.next': 'bientôt son numéro',
  'capacity.as.found': 'trouvé en cours',
  'capacity.not-of-range': 'd’une ancienne plage',
  'capacity.none': 'Aucun numéro n’est occupé à ce moment.',
  'capacity.more': 'En afficher plus',
};
