/** Every sentence in Portuguese, in words that are read well on both sides of the Atlantic. */
import type { Catalogue } from './catalogue.ts';

export const portuguese: Catalogue = {
  'title.neutral': 'Reunião',
  greeting: 'Olá, {{organizer}},',
  'greeting.unnamed': 'Olá,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Reunião',
  when: 'Data',
  'when.series': 'Série, a partir de {{when}}',
  room: 'Sala',
  rooms: 'Salas',
  closing:
    'Esta mensagem foi enviada automaticamente pelo Roombridge, que liga as reservas de salas às videoconferências.',

  'joining.heading': 'Entrar nesta reunião por vídeo',
  'joining.number': 'Número a marcar',
  'joining.address': 'Endereço de vídeo',
  'joining.passcode': 'Código de acesso',
  'joining.access': 'Número de acesso',
  help: 'Se não conseguir participar, verifique o número e marque novamente. Se o problema continuar, fale com o seu suporte de TI.',
  'help.link': 'Ajuda para participar',

  'ready.headline': 'Videoconferência pronta',
  ready:
    'A videoconferência da sua reunião está pronta. Todas as pessoas podem participar com os dados abaixo.',
  'ready.series':
    'A videoconferência da sua série está pronta. Os dados abaixo são válidos para todas as datas, salvo indicação de outro número.',
  'number-changed.headline': 'Novo número da videoconferência',
  'number-changed':
    'O número da videoconferência mudou. O número anterior, {{was}}, já não é válido; utilize os dados abaixo.',
  'passcode-changed.headline': 'Novo código de acesso à videoconferência',
  'passcode-changed':
    'O código de acesso à videoconferência mudou. O código anterior já não é válido; utilize os dados abaixo.',
  'other-numbers.headline': 'Outro número em algumas datas',
  'other-numbers': {
    one: '{{count}} data tem um número próprio:',
    many: '{{count}} de datas têm números próprios:',
    other: '{{count}} datas têm números próprios:',
  },
  'other-numbers.date': '{{date}}: número {{number}}',
  'other-numbers.date-passcode': '{{date}}: número {{number}}, código de acesso {{passcode}}',
  'other-numbers.next': 'Os dados abaixo são válidos para todas as outras datas.',
  'without-conference.headline': 'Sem videoconferência em algumas datas',
  'without-conference': {
    one: '{{count}} data não tem videoconferência:',
    many: '{{count}} de datas não têm videoconferência:',
    other: '{{count}} datas não têm videoconferência:',
  },
  'without-conference.date-nearest': '{{date}} (há um número livre a partir de: {{nearest}})',
  'without-conference.next':
    'As salas continuam reservadas. Se precisar de vídeo em uma dessas datas, mova-a para um horário em que haja um número livre.',
  'no-slot.headline': 'Videoconferência não disponível neste horário',
  'no-slot': 'Não há videoconferência para esta reunião: nenhum número está livre neste horário.',
  'no-slot.nearest': 'Horário mais próximo em que há um número livre: {{nearest}}.',
  'no-slot.next':
    'As salas continuam reservadas. Assim que um número ficar livre, será reservado para esta reunião e receberá um aviso.',
  'placed-after-all.headline': 'A videoconferência agora é possível',
  'placed-after-all':
    'Um número ficou livre e a videoconferência vai realizar-se. Todas as pessoas podem participar com os dados abaixo.',
  'given-up.headline': 'Videoconferência indisponível',
  'given-up':
    'Não foi possível iniciar a videoconferência, porque não há ligação ao sistema de conferências.',
  'given-up.same-again':
    'As tentativas continuam. Assim que o sistema responder, a conferência começa com o mesmo número.',
  'given-up.nothing': 'Não haverá nova tentativa. Reúna-se por outro meio e informe o seu suporte de TI.',
  'extended.headline': 'Videoconferência prolongada',
  extended: 'Como ainda havia participantes, a videoconferência foi prolongada. Novo fim: {{until}}.',
  'ended-at-limit.headline': 'Videoconferência terminada',
  'ended-at-limit': 'A videoconferência terminou ao atingir o prolongamento máximo permitido: {{at}}.',
  'ended-at-limit.next': 'Se precisar de mais tempo, reserve uma nova reunião.',
  'room-declined.headline': 'Uma sala recusou algumas datas',
  'room-declined': {
    one: '{{room}} recusou {{count}} data:',
    many: '{{room}} recusou {{count}} de datas:',
    other: '{{room}} recusou {{count}} datas:',
  },
  'room-declined.next': 'Todas as outras datas se mantêm. Reserve outra sala para as datas de que precisar.',
  'withdrawn.headline': 'Videoconferência cancelada',
  withdrawn: 'Esta reunião já não tem videoconferência. O seu número já não é válido.',
  'withdrawn.next': 'Se transmitiu os dados a outras pessoas, avise-as.',

  more: {
    one: 'e mais {{count}}',
    many: 'e mais {{count}}',
    other: 'e mais {{count}}',
  },
};
