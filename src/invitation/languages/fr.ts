/** Every sentence in French; labels end with the space that French puts before a colon. */
import type { Catalogue } from './catalogue.ts';

export const french: Catalogue = {
  'title.neutral': 'Réunion',
  greeting: 'Bonjour {{organizer}},',
  'greeting.unnamed': 'Bonjour,',
  subject: '{{headline}}\u00a0: {{title}}',
  meeting: 'Réunion\u00a0',
  when: 'Date\u00a0',
  'when.series': 'Série, à partir du {{when}}',
  room: 'Salle\u00a0',
  rooms: 'Salles\u00a0',
  closing:
    'Ce message a été envoyé automatiquement par Roombridge, qui relie les réservations de salles aux visioconférences.',

  'joining.heading': 'Participer à cette réunion par visioconférence',
  'joining.number': 'Numéro à composer\u00a0',
  'joining.address': 'Adresse vidéo\u00a0',
  'joining.passcode': 'Code d’accès\u00a0',
  'joining.access': 'Numéro d’accès\u00a0',
  'sign.moved': 'Déplacée : désormais {{address}}',
  help: 'Si vous ne parvenez pas à participer, veuillez vérifier le numéro et le composer de nouveau. En cas d’échec, veuillez contacter votre support informatique.',
  'help.link': 'Aide à la connexion',

  'ready.headline': 'Visioconférence prête',
  ready:
    'La visioconférence de votre réunion est prête. Chacun peut y participer à l’aide des informations ci-dessous.',
  'ready.series':
    'La visioconférence de votre série est prête. Les informations ci-dessous sont valables pour toutes les dates, sauf si un autre numéro est indiqué.',
  'number-changed.headline': 'Nouveau numéro de visioconférence',
  'number-changed':
    'Le numéro de la visioconférence a changé. L’ancien numéro, {{was}}, n’est plus valable\u00a0; veuillez utiliser les informations ci-dessous.',
  'passcode-changed.headline': 'Nouveau code d’accès à la visioconférence',
  'passcode-changed':
    'Le code d’accès à la visioconférence a changé. L’ancien code n’est plus valable\u00a0; veuillez utiliser les informations ci-dessous.',
  'other-numbers.headline': 'Numéro différent à certaines dates',
  'other-numbers': {
    one: '{{count}} date a son propre numéro\u00a0:',
    many: '{{count}} dates ont leur propre numéro\u00a0:',
    other: '{{count}} dates ont leur propre numéro\u00a0:',
  },
  'other-numbers.date': '{{date}}\u00a0: numéro {{number}}',
  'other-numbers.date-passcode': '{{date}}\u00a0: numéro {{number}}, code d’accès {{passcode}}',
  'other-numbers.next': 'Les informations ci-dessous sont valables pour toutes les autres dates.',
  'without-conference.headline': 'Pas de visioconférence à certaines dates',
  'without-conference': {
    one: '{{count}} date n’a pas de visioconférence\u00a0:',
    many: '{{count}} dates n’ont pas de visioconférence\u00a0:',
    other: '{{count}} dates n’ont pas de visioconférence\u00a0:',
  },
  'without-conference.date-nearest':
    '{{date}} (horaire le plus proche avec un numéro disponible\u00a0: {{nearest}})',
  'without-conference.next':
    'Les salles restent réservées. Si vous avez besoin de la visioconférence à l’une de ces dates, veuillez déplacer la réunion à un horaire auquel un numéro est disponible.',
  'no-slot.headline': 'Visioconférence impossible',
  'no-slot':
    'Il n’y a pas de visioconférence pour cette réunion\u00a0: aucun numéro n’est disponible à cet horaire.',
  'no-slot.nearest': 'Horaire le plus proche auquel un numéro est disponible\u00a0: {{nearest}}.',
  'no-slot.next':
    'Les salles restent réservées. Dès qu’un numéro se libérera, il sera réservé pour cette réunion et vous recevrez un message.',
  'placed-after-all.headline': 'Visioconférence finalement possible',
  'placed-after-all':
    'Un numéro s’est libéré et la visioconférence aura finalement lieu. Chacun peut y participer à l’aide des informations ci-dessous.',
  'given-up.headline': 'Visioconférence indisponible',
  'given-up': 'La visioconférence n’a pas pu démarrer, car le système de conférence est injoignable.',
  'given-up.same-again':
    'Nous continuons d’essayer. Dès que le système répondra, la conférence démarrera avec le même numéro.',
  'given-up.nothing':
    'Aucune autre tentative n’aura lieu. Veuillez vous réunir par un autre moyen et en informer votre support informatique.',
  'extended.headline': 'Visioconférence prolongée',
  extended:
    'Des participants étant encore présents, la visioconférence a été prolongée. Nouvelle fin\u00a0: {{until}}.',
  'ended-at-limit.headline': 'Visioconférence terminée',
  'ended-at-limit':
    'La visioconférence a pris fin au terme de la prolongation maximale autorisée\u00a0: {{at}}.',
  'ended-at-limit.next': 'Si vous avez besoin de plus de temps, veuillez réserver une nouvelle réunion.',
  'unused.headline': 'Visioconférence libérée',
  unused: 'Personne n’ayant participé, la visioconférence a été terminée. Son numéro ne fonctionne plus.',
  'unused.room': 'La salle a également été libérée afin que d’autres puissent la réserver.',
  'unused.next': 'Si vous souhaitez encore vous réunir, veuillez réserver une nouvelle réunion.',
  'room-declined.headline': 'Une salle a refusé certaines dates',
  'room-declined': {
    one: '{{room}} a refusé {{count}} date\u00a0:',
    many: '{{room}} a refusé {{count}} dates\u00a0:',
    other: '{{room}} a refusé {{count}} dates\u00a0:',
  },
  'room-declined.next':
    'Toutes les autres dates sont maintenues. Si nécessaire, veuillez réserver une autre salle pour les dates refusées.',
  'hosts.headline': 'Participer en tant qu’hôte',
  hosts:
    'Les invités attendent qu’un hôte soit présent. Pour participer en tant qu’hôte, composez {{address}} et saisissez le code d’accès {{passcode}}.',
  'hosts.no-passcode':
    'Les invités attendent qu’un hôte soit présent. Pour participer en tant qu’hôte, composez {{address}}.',
  'hosts.next':
    'Ces informations sont réservées aux hôtes et ne figurent dans aucune invitation. Les autres personnes participent avec les informations de l’invitation.',
  'withdrawn.headline': 'Visioconférence annulée',
  withdrawn: 'Il n’y a plus de visioconférence pour cette réunion. Son numéro n’est plus valable.',
  'withdrawn.next': 'Si vous avez transmis ces informations, veuillez en avertir les personnes concernées.',

  warning: {
    one: 'Cette conférence se termine dans une minute.',
    other: 'Cette conférence se termine dans {{count}} minutes.',
  },
  'warning.soon': 'Cette conférence se termine dans moins d’une minute.',

  more: {
    one: 'et {{count}} autre',
    many: 'et {{count}} autres',
    other: 'et {{count}} autres',
  },
};
