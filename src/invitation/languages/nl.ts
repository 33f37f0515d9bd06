/** Every sentence in Dutch. */
import type { Catalogue } from './catalogue.ts';

export const dutch: Catalogue = {
  'title.neutral': 'Vergadering',
  greeting: 'Beste {{organizer}},',
  'greeting.unnamed': 'Goedendag,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Vergadering',
  when: 'Tijd',
  'when.series': 'Reeks, vanaf {{when}}',
  room: 'Zaal',
  rooms: 'Zalen',
  closing:
    'Dit bericht is automatisch verzonden door Roombridge, dat zaalreserveringen met videoconferenties verbindt.',

  'joining.heading': 'Via video deelnemen aan deze vergadering',
  'joining.number': 'Te bellen nummer',
  'joining.address': 'Videoadres',
  'joining.passcode': 'Toegangscode',
  'joining.access': 'Inbelnummer',
  'sign.moved': 'Verplaatst: nu {{address}}',
  help: 'Lukt het deelnemen niet, controleer dan het nummer en bel opnieuw. Helpt dat niet, neem dan contact op met uw IT-ondersteuning.',
  'help.link': 'Hulp bij het deelnemen',

  'ready.headline': 'Videoconferentie gereed',
  ready:
    'De videoconferentie voor uw vergadering is gereed. Iedereen kan deelnemen met de onderstaande gegevens.',
  'ready.series':
    'De videoconferentie voor uw reeks is gereed. De onderstaande gegevens gelden voor alle datums, tenzij voor een datum een ander nummer is vermeld.',
  'number-changed.headline': 'Nieuw nummer voor de videoconferentie',
  'number-changed':
    'Het nummer van de videoconferentie is gewijzigd. Het oude nummer, {{was}}, werkt niet meer; gebruik de onderstaande gegevens.',
  'passcode-changed.headline': 'Nieuwe toegangscode voor de videoconferentie',
  'passcode-changed':
    'De toegangscode van de videoconferentie is gewijzigd. De oude code werkt niet meer; gebruik de onderstaande gegevens.',
  'other-numbers.headline': 'Ander nummer op enkele datums',
  'other-numbers': {
    one: 'Eén datum heeft een eigen nummer:',
    other: '{{count}} datums hebben een eigen nummer:',
  },
  'other-numbers.date': '{{date}}: nummer {{number}}',
  'other-numbers.date-passcode': '{{date}}: nummer {{number}}, toegangscode {{passcode}}',
  'other-numbers.next': 'De onderstaande gegevens gelden voor alle andere datums.',
  'without-conference.headline': 'Geen videoconferentie op enkele datums',
  'without-conference': {
    one: 'Eén datum heeft geen videoconferentie:',
    other: '{{count}} datums hebben geen videoconferentie:',
  },
  'without-conference.date-nearest': '{{date}} (dichtstbijzijnde tijdstip met een vrij nummer: {{nearest}})',
  'without-conference.next':
    'De zalen blijven gereserveerd. Hebt u op zo’n datum een videoconferentie nodig, verplaats de vergadering dan naar een tijd waarop een nummer vrij is.',
  'no-slot.headline': 'Geen videoconferentie mogelijk',
  'no-slot': 'Er is geen videoconferentie voor deze vergadering: op dit tijdstip is geen nummer vrij.',
  'no-slot.nearest': 'Het dichtstbijzijnde tijdstip waarop een nummer vrij is: {{nearest}}.',
  'no-slot.next':
    'De zalen blijven gereserveerd. Zodra een nummer vrijkomt, wordt het voor deze vergadering gereserveerd en krijgt u bericht.',
  'placed-after-all.headline': 'Videoconferentie toch mogelijk',
  'placed-after-all':
    'Er is een nummer vrijgekomen en de videoconferentie gaat toch door. Iedereen kan deelnemen met de onderstaande gegevens.',
  'given-up.headline': 'Videoconferentie niet beschikbaar',
  'given-up': 'De videoconferentie kon niet worden gestart, omdat het conferentiesysteem onbereikbaar is.',
  'given-up.same-again':
    'We blijven het proberen. Zodra het systeem antwoordt, begint de videoconferentie met hetzelfde nummer.',
  'given-up.nothing':
    'Er wordt geen nieuwe poging gedaan. Vergader op een andere manier en meld dit bij uw IT-ondersteuning.',
  'extended.headline': 'Videoconferentie verlengd',
  extended: 'Er waren nog deelnemers, daarom is de videoconferentie verlengd tot {{until}}.',
  'ended-at-limit.headline': 'Videoconferentie beëindigd',
  'ended-at-limit': 'De videoconferentie is na de maximaal toegestane verlenging beëindigd: {{at}}.',
  'ended-at-limit.next': 'Hebt u meer tijd nodig, reserveer dan een nieuwe vergadering.',
  'unused.headline': 'Videoconferentie vrijgegeven',
  unused: 'Omdat niemand heeft deelgenomen, is de videoconferentie beëindigd. Het nummer werkt niet meer.',
  'unused.room': 'Ook de ruimte is vrijgegeven, zodat anderen die kunnen reserveren.',
  'unused.next': 'Wilt u nog vergaderen, reserveer dan een nieuwe vergadering.',
  'room-declined.headline': 'Een zaal heeft enkele datums geweigerd',
  'room-declined': {
    one: '{{room}} heeft één datum geweigerd:',
    other: '{{room}} heeft {{count}} datums geweigerd:',
  },
  'room-declined.next':
    'Alle andere datums blijven staan. Reserveer zo nodig een andere zaal voor de geweigerde datums.',
  'hosts.headline': 'Zo neemt u deel als host',
  hosts:
    'Gasten wachten tot er een host is. Bel {{address}} en voer de toegangscode {{passcode}} in om als host deel te nemen.',
  'hosts.no-passcode': 'Gasten wachten tot er een host is. Bel {{address}} om als host deel te nemen.',
  'hosts.next':
    'Deze gegevens zijn alleen voor hosts en staan in geen enkele uitnodiging. Alle anderen nemen deel met de gegevens in de uitnodiging.',
  'withdrawn.headline': 'Videoconferentie geannuleerd',
  withdrawn: 'Er is geen videoconferentie meer voor deze vergadering. Het nummer werkt niet meer.',
  'withdrawn.next': 'Hebt u de gegevens doorgegeven, laat het de betrokkenen dan weten.',

  warning: {
    one: 'Deze vergadering eindigt over één minuut.',
    other: 'Deze vergadering eindigt over {{count}} minuten.',
  },
  'warning.soon': 'Deze vergadering eindigt over minder dan een minuut.',

  more: { one: 'en nog één', other: 'en nog {{count}}' },
};
