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
    'Esta mensagem foi enviada automaticamente pelo Roombridge, que integra as reservas de salas com as videoconferências.',

  'joining.heading': 'Participar nesta reunião por videoconferência',
  'joining.number': 'Número para ligar',
  'joining.address': 'Endereço de vídeo',
  'joining.passcode': 'Código de acesso',
  'joining.access': 'Número de acesso',
  'sign.moved': 'Mudou: agora {{address}}',
  help: 'Se não conseguir participar, verifique o número e ligue novamente. Se o problema continuar, fale com o seu suporte de TI.',
  'help.link': 'Ajuda para participar',

  'ready.headline': 'Videoconferência pronta',
  ready:
    'A videoconferência da sua reunião está pronta. Todas as pessoas podem participar com os dados abaixo.',
  'ready.series':
    'A videoconferência da sua série de reuniões está pronta. Os dados abaixo são válidos para todas as datas, salvo indicação de outro número.',
  'number-changed.headline': 'Novo número da videoconferência',
  'number-changed':
    'O número da videoconferência mudou. O número anterior, {{was}}, deixou de ser válido; utilize os dados abaixo.',
  'passcode-changed.headline': 'Novo código de acesso à videoconferência',
  'passcode-changed':
    'O código de acesso à videoconferência mudou. O código anterior deixou de ser válido; utilize os dados abaixo.',
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
  'without-conference.date-nearest': '{{date}} (horário mais próximo com um número livre: {{nearest}})',
  'without-conference.next':
    'As salas continuam reservadas. Se precisar de videoconferência em uma dessas datas, mude a reunião para um horário em que haja um número livre.',
  'no-slot.headline': 'Videoconferência não disponível neste horário',
  'no-slot': 'Não há videoconferência para esta reunião: nenhum número está livre neste horário.',
  'no-slot.nearest': 'Horário mais próximo em que há um número livre: {{nearest}}.',
  'no-slot.next':
    'As salas continuam reservadas. Assim que um número ficar livre, ele será reservado para esta reunião, e um aviso será enviado.',
  'placed-after-all.headline': 'A videoconferência agora é possível',
  'placed-after-all':
    'Um número ficou livre e a videoconferência será realizada. Todas as pessoas podem participar com os dados abaixo.',
  'given-up.headline': 'Videoconferência indisponível',
  'given-up':
    'Não foi possível iniciar a videoconferência, porque o sistema de conferências está inacessível.',
  'given-up.same-again':
    'As tentativas continuam. Assim que o sistema responder, a conferência começa com o mesmo número.',
  'given-up.nothing': 'Não haverá nova tentativa. Reúna-se por outro meio e informe o seu suporte de TI.',
  'extended.headline': 'Videoconferência prolongada',
  extended:
    'Como ainda havia participantes, a videoconferência foi prolongada. Novo horário de término: {{until}}.',
  'ended-at-limit.headline': 'Videoconferência encerrada',
  'ended-at-limit': 'A videoconferência foi encerrada ao atingir o prolongamento máximo permitido: {{at}}.',
  'ended-at-limit.next': 'Se precisar de mais tempo, reserve uma nova reunião.',
  'unused.headline': 'Videoconferência liberada',
  unused: 'Como ninguém participou, a videoconferência foi encerrada. O número já não funciona.',
  'unused.room': 'A sala também foi liberada para que outras pessoas possam reservá-la.',
  'unused.next': 'Se ainda quiser reunir-se, reserve uma nova reunião.',
  'room-declined.headline': 'Uma sala recusou algumas datas',
  'room-declined': {
    one: '{{room}} recusou {{count}} data:',
    many: '{{room}} recusou {{count}} de datas:',
    other: '{{room}} recusou {{count}} datas:',
  },
  'room-declined.next':
    'Todas as outras datas se mantêm. Se necessário, reserve outra sala para as datas recusadas.',
  'hosts.headline': 'Como participar como anfitrião',
  hosts:
    'Os convidados aguardam até que um anfitrião entre. Para participar como anfitrião, disque {{address}} e digite o código de acesso {{passcode}}.',
  'hosts.no-passcode':
    'Os convidados aguardam até que um anfitrião entre. Para participar como anfitrião, disque {{address}}.',
  'hosts.next':
    'Estes dados são apenas para anfitriões e não constam de nenhum convite. Os demais participam com os dados do convite.',
  'withdrawn.headline': 'Videoconferência cancelada',
  withdrawn: 'A videoconferência desta reunião foi cancelada. O número deixou de ser válido.',
  'withdrawn.next': 'Se transmitiu os dados a outras pessoas, avise-as.',

  warning: {
    one: 'Esta conferência termina em um minuto.',
    other: 'Esta conferência termina em {{count}} minutos.',
  },
  'warning.soon': 'Esta conferência termina em menos de um minuto.',

  more: {
    one: 'e mais {{count}}',
    many: 'e mais {{count}}',
    other: 'e mais {{count}}',
  },
};
