/** Every sentence in Polish. */
import type { Catalogue } from './catalogue.ts';

export const polish: Catalogue = {
  'title.neutral': 'Spotkanie',
  greeting: 'Dzień dobry, {{organizer}},',
  'greeting.unnamed': 'Dzień dobry,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Spotkanie',
  when: 'Termin',
  'when.series': 'Seria od: {{when}}',
  room: 'Sala',
  rooms: 'Sale',
  closing:
    'Ta wiadomość została wysłana automatycznie przez Roombridge, system łączący rezerwacje sal z wideokonferencjami.',

  'joining.heading': 'Dołączanie do tego spotkania przez wideo',
  'joining.number': 'Numer do wybrania',
  'joining.address': 'Adres wideo',
  'joining.passcode': 'Kod dostępu',
  'joining.access': 'Numer dostępowy',
  'sign.moved': 'Przeniesiono: teraz {{address}}',
  help: 'Jeśli nie uda się dołączyć, prosimy sprawdzić numer i wybrać go ponownie. Jeśli to nie pomoże, prosimy o kontakt z działem wsparcia IT.',
  'help.link': 'Pomoc w dołączaniu',

  'ready.headline': 'Wideokonferencja gotowa',
  ready:
    'Wideokonferencja dla Państwa spotkania jest gotowa. Każdy może dołączyć, korzystając z poniższych danych.',
  'ready.series':
    'Wideokonferencja dla Państwa serii spotkań jest gotowa. Poniższe dane obowiązują we wszystkich terminach, chyba że dla danego terminu podano inny numer.',
  'number-changed.headline': 'Nowy numer wideokonferencji',
  'number-changed':
    'Numer wideokonferencji zmienił się. Dotychczasowy numer {{was}} jest już nieaktualny; prosimy korzystać z poniższych danych.',
  'passcode-changed.headline': 'Nowy kod dostępu do wideokonferencji',
  'passcode-changed':
    'Kod dostępu do wideokonferencji zmienił się. Dotychczasowy kod jest już nieaktualny; prosimy korzystać z poniższych danych.',
  'other-numbers.headline': 'Inny numer w niektórych terminach',
  'other-numbers': {
    one: 'Jeden termin ma własny numer:',
    few: '{{count}} terminy mają własne numery:',
    many: '{{count}} terminów ma własne numery:',
    other: '{{count}} terminu ma własne numery:',
  },
  'other-numbers.date': '{{date}}: numer {{number}}',
  'other-numbers.date-passcode': '{{date}}: numer {{number}}, kod dostępu {{passcode}}',
  'other-numbers.next': 'W pozostałych terminach obowiązują poniższe dane.',
  'without-conference.headline': 'Brak wideokonferencji w niektórych terminach',
  'without-conference': {
    one: 'Jeden termin nie ma wideokonferencji:',
    few: '{{count}} terminy nie mają wideokonferencji:',
    many: '{{count}} terminów nie ma wideokonferencji:',
    other: '{{count}} terminu nie ma wideokonferencji:',
  },
  'without-conference.date-nearest': '{{date}} (najbliższy termin z wolnym numerem: {{nearest}})',
  'without-conference.next':
    'Rezerwacje sal pozostają w mocy. Jeśli w takim terminie potrzebna jest wideokonferencja, prosimy przenieść spotkanie na termin, w którym dostępny jest wolny numer.',
  'no-slot.headline': 'Wideokonferencja niemożliwa',
  'no-slot': 'To spotkanie nie ma wideokonferencji: w tym czasie nie ma wolnego numeru.',
  'no-slot.nearest': 'Najbliższy termin, w którym dostępny jest wolny numer: {{nearest}}.',
  'no-slot.next':
    'Rezerwacje sal pozostają w mocy. Gdy tylko zwolni się numer, zostanie zarezerwowany dla tego spotkania, a Państwo otrzymają wiadomość.',
  'placed-after-all.headline': 'Wideokonferencja jednak możliwa',
  'placed-after-all':
    'Zwolnił się numer i wideokonferencja jednak się odbędzie. Każdy może dołączyć, korzystając z poniższych danych.',
  'given-up.headline': 'Wideokonferencja niedostępna',
  'given-up': 'Nie udało się rozpocząć wideokonferencji, ponieważ system konferencyjny jest niedostępny.',
  'given-up.same-again':
    'Wciąż ponawiamy próby. Gdy tylko system odpowie, konferencja rozpocznie się pod tym samym numerem.',
  'given-up.nothing':
    'Nie będzie dalszych prób. Prosimy spotkać się w inny sposób i powiadomić dział wsparcia IT.',
  'extended.headline': 'Wideokonferencja przedłużona',
  extended:
    'W wideokonferencji nadal brali udział uczestnicy, dlatego została przedłużona. Nowy czas zakończenia: {{until}}.',
  'ended-at-limit.headline': 'Wideokonferencja zakończona',
  'ended-at-limit': 'Wideokonferencja zakończyła się po najdłuższym dozwolonym przedłużeniu: {{at}}.',
  'ended-at-limit.next': 'Jeśli potrzeba więcej czasu, prosimy zarezerwować nowe spotkanie.',
  'unused.headline': 'Wideokonferencja zwolniona',
  unused: 'Nikt nie wziął udziału, dlatego wideokonferencja została zakończona. Jej numer już nie działa.',
  'unused.room': 'Zwolniono również salę, aby inni mogli ją zarezerwować.',
  'unused.next': 'Jeśli spotkanie ma się jeszcze odbyć, prosimy zarezerwować nowe.',
  'room-declined.headline': 'Sala odrzuciła niektóre terminy',
  'room-declined': {
    one: 'Sala „{{room}}” odrzuciła jeden termin:',
    few: 'Sala „{{room}}” odrzuciła {{count}} terminy:',
    many: 'Sala „{{room}}” odrzuciła {{count}} terminów:',
    other: 'Sala „{{room}}” odrzuciła {{count}} terminu:',
  },
  'room-declined.next':
    'Pozostałe terminy są nadal aktualne. W razie potrzeby prosimy zarezerwować inną salę na odrzucone terminy.',
  'hosts.headline': 'Jak dołączyć jako gospodarz',
  hosts:
    'Goście czekają, aż dołączy gospodarz. Aby dołączyć jako gospodarz, proszę zadzwonić pod adres {{address}} i podać kod dostępu {{passcode}}.',
  'hosts.no-passcode':
    'Goście czekają, aż dołączy gospodarz. Aby dołączyć jako gospodarz, proszę zadzwonić pod adres {{address}}.',
  'hosts.next':
    'Te dane są przeznaczone tylko dla gospodarzy i nie ma ich w żadnym zaproszeniu. Pozostałe osoby dołączają, korzystając z danych w zaproszeniu.',
  'withdrawn.headline': 'Wideokonferencja odwołana',
  withdrawn: 'To spotkanie nie ma już wideokonferencji. Numer jest już nieaktualny.',
  'withdrawn.next': 'Jeśli dane zostały przekazane innym osobom, prosimy powiadomić te osoby.',

  warning: {
    one: 'Konferencja zakończy się za minutę.',
    few: 'Konferencja zakończy się za {{count}} minuty.',
    many: 'Konferencja zakończy się za {{count}} minut.',
    other: 'Konferencja zakończy się za {{count}} minuty.',
  },
  'warning.soon': 'Konferencja zakończy się za mniej niż minutę.',

  more: {
    one: 'i jeszcze jeden',
    few: 'i jeszcze {{count}}',
    many: 'i jeszcze {{count}}',
    other: 'i jeszcze {{count}}',
  },
};
