/** Every sentence in German. */
import type { Catalogue } from './catalogue.ts';

export const german: Catalogue = {
  'title.neutral': 'Besprechung',
  greeting: 'Guten Tag {{organizer}}',
  'greeting.unnamed': 'Guten Tag',
  subject: '{{headline}}: {{title}}',
  meeting: 'Besprechung',
  when: 'Zeit',
  'when.series': 'Serie ab {{when}}',
  room: 'Raum',
  rooms: 'Räume',
  closing:
    'Diese Nachricht wurde automatisch von Roombridge gesendet, das Raumbuchungen mit Videokonferenzen verbindet.',

  'joining.heading': 'Per Video an dieser Besprechung teilnehmen',
  'joining.number': 'Zu wählende Nummer',
  'joining.address': 'Videoadresse',
  'joining.passcode': 'PIN',
  'joining.access': 'Einwahlnummer',
  'sign.moved': 'Verlegt: jetzt {{address}}',
  help: 'Wenn die Teilnahme nicht gelingt, prüfen Sie bitte die Nummer und wählen Sie noch einmal. Hilft das nicht, wenden Sie sich bitte an Ihren IT-Support.',
  'help.link': 'Hilfe zur Teilnahme',

  'ready.headline': 'Videokonferenz bereit',
  ready:
    'Die Videokonferenz zu Ihrer Besprechung ist bereit. Mit den folgenden Angaben können alle teilnehmen.',
  'ready.series':
    'Die Videokonferenz zu Ihrer Terminserie ist bereit. Die folgenden Angaben gelten für alle Termine, sofern für einen Termin keine andere Nummer genannt ist.',
  'number-changed.headline': 'Neue Nummer der Videokonferenz',
  'number-changed':
    'Die Nummer der Videokonferenz hat sich geändert. Die bisherige Nummer {{was}} gilt nicht mehr; bitte verwenden Sie die folgenden Angaben.',
  'passcode-changed.headline': 'Neue PIN der Videokonferenz',
  'passcode-changed':
    'Die PIN der Videokonferenz hat sich geändert. Die bisherige PIN gilt nicht mehr; bitte verwenden Sie die folgenden Angaben.',
  'other-numbers.headline': 'Andere Nummer für einzelne Termine',
  'other-numbers': {
    one: 'Ein Termin hat eine eigene Nummer:',
    other: '{{count}} Termine haben eigene Nummern:',
  },
  'other-numbers.date': '{{date}}: Nummer {{number}}',
  'other-numbers.date-passcode': '{{date}}: Nummer {{number}}, PIN {{passcode}}',
  'other-numbers.next': 'Für alle anderen Termine gelten die folgenden Angaben.',
  'without-conference.headline': 'Einzelne Termine ohne Videokonferenz',
  'without-conference': {
    one: 'Ein Termin hat keine Videokonferenz:',
    other: '{{count}} Termine haben keine Videokonferenz:',
  },
  'without-conference.date-nearest': '{{date}} (nächstgelegene Zeit mit freier Nummer: {{nearest}})',
  'without-conference.next':
    'Die Räume bleiben gebucht. Wenn Sie an einem solchen Termin Video benötigen, verschieben Sie ihn bitte auf eine Zeit, zu der eine Nummer frei ist.',
  'no-slot.headline': 'Keine Videokonferenz möglich',
  'no-slot': 'Für diese Besprechung gibt es keine Videokonferenz: Zu dieser Zeit ist keine Nummer frei.',
  'no-slot.nearest': 'Die nächstgelegene Zeit, zu der eine Nummer frei ist: {{nearest}}.',
  'no-slot.next':
    'Die Räume bleiben gebucht. Sobald eine Nummer frei wird, wird sie für diese Besprechung reserviert, und Sie erhalten eine Nachricht.',
  'placed-after-all.headline': 'Videokonferenz nun doch möglich',
  'placed-after-all':
    'Eine Nummer ist frei geworden, und die Videokonferenz findet nun doch statt. Mit den folgenden Angaben können alle teilnehmen.',
  'given-up.headline': 'Videokonferenz nicht verfügbar',
  'given-up':
    'Die Videokonferenz konnte nicht gestartet werden, weil das Konferenzsystem nicht erreichbar ist.',
  'given-up.same-again':
    'Wir versuchen es weiter. Sobald das System antwortet, beginnt die Konferenz mit derselben Nummer.',
  'given-up.nothing':
    'Es gibt keinen weiteren Versuch. Bitte weichen Sie für Ihre Besprechung auf einen anderen Weg aus und informieren Sie Ihren IT-Support.',
  'extended.headline': 'Videokonferenz verlängert',
  extended: 'Es nahmen noch Personen teil. Die Videokonferenz wurde deshalb verlängert bis {{until}}.',
  'ended-at-limit.headline': 'Videokonferenz beendet',
  'ended-at-limit': 'Die Videokonferenz wurde nach der längsten zulässigen Verlängerung beendet: {{at}}.',
  'ended-at-limit.next': 'Wenn Sie mehr Zeit benötigen, buchen Sie bitte eine neue Besprechung.',
  'unused.headline': 'Videokonferenz freigegeben',
  unused: 'Da niemand teilgenommen hat, wurde die Videokonferenz beendet. Ihre Nummer ist nicht mehr gültig.',
  'unused.room': 'Auch der Raum wurde freigegeben, damit andere ihn buchen können.',
  'unused.next': 'Wenn Sie sich noch treffen möchten, buchen Sie bitte eine neue Besprechung.',
  'room-declined.headline': 'Ein Raum hat einzelne Termine abgelehnt',
  'room-declined': {
    one: '{{room}} hat einen Termin abgelehnt:',
    other: '{{room}} hat {{count}} Termine abgelehnt:',
  },
  'room-declined.next':
    'Alle anderen Termine bleiben bestehen. Bitte buchen Sie für die abgelehnten Termine bei Bedarf einen anderen Raum.',
  'hosts.headline': 'So nehmen Sie als Gastgeber teil',
  hosts:
    'Gäste warten, bis ein Gastgeber da ist. Um als Gastgeber teilzunehmen, wählen Sie {{address}} und geben Sie die PIN {{passcode}} ein.',
  'hosts.no-passcode':
    'Gäste warten, bis ein Gastgeber da ist. Um als Gastgeber teilzunehmen, wählen Sie {{address}}.',
  'hosts.next':
    'Diese Angaben sind nur für Gastgeber bestimmt und stehen in keiner Einladung. Alle anderen nehmen mit den Angaben in der Einladung teil.',
  'withdrawn.headline': 'Videokonferenz entfällt',
  withdrawn: 'Für diese Besprechung gibt es keine Videokonferenz mehr. Die Nummer gilt nicht mehr.',
  'withdrawn.next':
    'Falls Sie die Angaben weitergegeben haben, informieren Sie bitte die betreffenden Personen.',

  warning: {
    one: 'Diese Konferenz endet in einer Minute.',
    other: 'Diese Konferenz endet in {{count}} Minuten.',
  },
  'warning.soon': 'Diese Konferenz endet in weniger als einer Minute.',

  more: { one: 'und ein weiterer', other: 'und {{count}} weitere' },
};
