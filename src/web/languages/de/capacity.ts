/** German: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'Slots und Kapazität',
  'capacity.of': 'Slots und Kapazität von {name}',
  'capacity.back': 'Alle Bridges',
  'capacity.quarter-hours': 'Jede Viertelstunde',
  'capacity.what': 'Was gezeigt wird',
  'capacity.slots': 'Slots',
  'capacity.ports': 'Ports',
  'capacity.length': 'Gezeigte Tage',
  'capacity.days': '{count|one:# Tag|other:# Tage}',
  'capacity.quarters': 'Viertelstunden am {day}',
  'capacity.value-slots': '{time}: {held} von {slots} Slots belegt',
  'capacity.value-ports': '{time}: {ports} von {limit} Ports erwartet',
  'capacity.value-ports-unlimited': '{time}: {ports|one:# Port|other:# Ports} erwartet',
  'capacity.too-few': '{said} – zu wenig',
  'capacity.peak': 'Am engsten um {said}',
  'capacity.nothing': 'Nichts gebucht',
  'capacity.few-slots':
    'In {count|one:einer Viertelstunde|other:# Viertelstunden} sind fast alle Slots belegt, zuerst um {time}.',
  'capacity.few-ports':
    'In {count|one:einer Viertelstunde|other:# Viertelstunden} werden mehr Ports erwartet, als es gibt, zuerst um {time}.',
  'capacity.enough': 'Soweit bekannt, reicht es für alles, was an diesen Tagen gebucht ist.',
  'capacity.explain':
    'Ein Slot zählt in jeder Viertelstunde, in der er irgendwann belegt ist, Vor- und Nachlauf eingeschlossen. Was vorbei ist, hat seine Slots zurückgegeben.',
  'capacity.people':
    'Ports sind die Räume, die angewählt werden, und {people} Personen je Besprechung, wie sie {count|one:die letzte Besprechung|other:die letzten # Besprechungen} im Mittel hatten.',
  'capacity.people-unknown':
    'Ports sind nur die Räume, die angewählt werden. Wie viele Personen von selbst dazukommen, ist nicht bekannt: {count|=0:keine frühere Besprechung konnte gemessen werden|one:nur eine frühere Besprechung konnte gemessen werden|other:nur # frühere Besprechungen konnten gemessen werden}.',
  'capacity.limit':
    'Jetzt {count|one:hat eine Call Bridge in Betrieb|other:haben # Call Bridges in Betrieb} {ports|one:# Port|other:# Ports}.',
  'capacity.limit-unknown':
    'Wie viele Ports es gibt, solange {names} in Betrieb ist, ist nicht bekannt: dort ist kein participantLimit gesetzt.',
  'capacity.as-of': 'Stand {time}.',
  'capacity.earlier': 'Eine Viertelstunde früher',
  'capacity.later': 'Eine Viertelstunde später',
  'capacity.held': 'Belegt',
  'capacity.resting': 'Ruht',
  'capacity.unclean': 'Nicht leer gesehen',
  'capacity.blocked': 'Anderweitig vergeben',
  'capacity.free': 'Frei',
  'capacity.meetings': 'Besprechungen',
  'capacity.rooms': 'Angewählte Räume',
  'capacity.in-service': 'Call Bridges in Betrieb',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'Wessen es ist, ist nicht bekannt',
  'capacity.as.left': 'von seiner Besprechung verlassen, ruht',
  'capacity.as.next': 'gleich seine Nummer',
  'capacity.as.found': 'laufend vorgefunden',
  'capacity.not-of-range': 'aus einem früheren Bereich',
  'capacity.none': 'Dann ist keine Nummer belegt.',
  'capacity.more': 'Mehr zeigen',
};
