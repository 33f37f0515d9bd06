/** Portuguese: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'Posições e capacidade',
  'capacity.of': 'Posições e capacidade de {name}',
  'capacity.back': 'Todas as pontes',
  'capacity.quarter-hours': 'Cada quarto de hora',
  'capacity.what': 'O que é mostrado',
  'capacity.slots': 'Posições',
  'capacity.ports': 'Portas',
  'capacity.length': 'Dias mostrados',
  'capacity.days': '{count|one:# dia|other:# dias}',
  'capacity.quarters': 'Quartos de hora de {day}',
  'capacity.value-slots': '{time}: {held} de {slots} posições ocupadas',
  'capacity.value-ports': '{time}: {ports} de {limit} portas previstas',
  'capacity.value-ports-unlimited': '{time}: {ports|one:# porta prevista|other:# portas previstas}',
  'capacity.too-few': '{said} – insuficiente',
  'capacity.peak': 'Mais apertado às {said}',
  'capacity.nothing': 'Nada reservado',
  'capacity.few-slots':
    'Quase todas as posições estão ocupadas em {count|one:um quarto de hora|other:# quartos de hora}, o primeiro às {time}.',
  'capacity.few-ports':
    'Preveem-se mais portas do que as que existem em {count|one:um quarto de hora|other:# quartos de hora}, o primeiro às {time}.',
  'capacity.enough': 'Tanto quanto se sabe, há o suficiente para tudo o que está reservado nestes dias.',
  'capacity.explain':
    'Uma posição conta em cada quarto de hora em que está ocupada em algum momento, incluindo a preparação e o fecho. O que terminou já devolveu as suas posições.',
  'capacity.people':
    'As portas são as salas chamadas e {people} pessoas por reunião, como teve em média {count|one:a última reunião|other:o conjunto das últimas # reuniões}.',
  'capacity.people-unknown':
    'As portas são apenas as salas chamadas. Não se sabe quantas pessoas entrarão por si: {count|=0:nenhuma reunião passada pôde ser medida|one:só uma reunião passada pôde ser medida|other:só # reuniões passadas puderam ser medidas}.',
  'capacity.limit':
    'Agora {count|one:uma ponte em serviço tem|other:# pontes em serviço têm} {ports|one:# porta|other:# portas}.',
  'capacity.limit-unknown':
    'Não se sabe quantas portas há enquanto {names} estiver em serviço: não há participantLimit definido aí.',
  'capacity.as-of': 'Situação às {time}.',
  'capacity.earlier': 'Um quarto de hora antes',
  'capacity.later': 'Um quarto de hora depois',
  'capacity.held': 'Ocupadas',
  'capacity.resting': 'Em repouso',
  'capacity.unclean': 'Não vistas vazias',
  'capacity.blocked': 'De outros',
  'capacity.free': 'Livres',
  'capacity.meetings': 'Reuniões',
  'capacity.rooms': 'Salas chamadas',
  'capacity.in-service': 'Pontes em serviço',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'Não se sabe de quem é',
  'capacity.as.left': 'deixado pela sua reunião, em repouso',
  'capacity.as.next': 'será já o seu número',
  'capacity.as.found': 'encontrado a decorrer',
  'capacity.not-of-range': 'de um intervalo anterior',
  'capacity.none': 'Nenhum número está ocupado nessa altura.',
  'capacity.more': 'Mostrar mais',
};
