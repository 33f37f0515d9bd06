/** Every sentence in Italian. */
import type { Catalogue } from './catalogue.ts';

export const italian: Catalogue = {
  'title.neutral': 'Riunione',
  greeting: 'Buongiorno {{organizer}},',
  'greeting.unnamed': 'Buongiorno,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Riunione',
  when: 'Data',
  'when.series': 'Serie, a partire da {{when}}',
  room: 'Sala',
  rooms: 'Sale',
  closing:
    'Questo messaggio è stato inviato automaticamente da Roombridge, che collega le prenotazioni delle sale alle videoconferenze.',

  'joining.heading': 'Partecipare a questa riunione in videoconferenza',
  'joining.number': 'Numero da comporre',
  'joining.address': 'Indirizzo video',
  'joining.passcode': 'Codice di accesso',
  'joining.access': 'Numero di accesso',
  'sign.moved': 'Spostata: ora {{address}}',
  help: 'Se non riesce a partecipare, verifichi il numero e lo componga di nuovo. Se il problema persiste, contatti il Suo supporto informatico.',
  'help.link': 'Guida per partecipare',

  'ready.headline': 'Videoconferenza pronta',
  ready: 'La videoconferenza per la Sua riunione è pronta. Tutti possono partecipare con i dati seguenti.',
  'ready.series':
    'La videoconferenza per la Sua serie di riunioni è pronta. I dati seguenti valgono per tutte le date, salvo che sia indicato un altro numero.',
  'number-changed.headline': 'Nuovo numero della videoconferenza',
  'number-changed':
    'Il numero della videoconferenza è cambiato. Il numero precedente, {{was}}, non è più valido; utilizzi i dati seguenti.',
  'passcode-changed.headline': 'Nuovo codice di accesso alla videoconferenza',
  'passcode-changed':
    'Il codice di accesso alla videoconferenza è cambiato. Il codice precedente non è più valido; utilizzi i dati seguenti.',
  'other-numbers.headline': 'Numero diverso in alcune date',
  'other-numbers': {
    one: 'Una data ha un numero proprio:',
    many: '{{count}} di date hanno numeri propri:',
    other: '{{count}} date hanno numeri propri:',
  },
  'other-numbers.date': '{{date}}: numero {{number}}',
  'other-numbers.date-passcode': '{{date}}: numero {{number}}, codice di accesso {{passcode}}',
  'other-numbers.next': 'I dati seguenti valgono per tutte le altre date.',
  'without-conference.headline': 'Alcune date senza videoconferenza',
  'without-conference': {
    one: 'Una data è senza videoconferenza:',
    many: '{{count}} di date sono senza videoconferenza:',
    other: '{{count}} date sono senza videoconferenza:',
  },
  'without-conference.date-nearest': '{{date}} (orario più vicino con un numero libero: {{nearest}})',
  'without-conference.next':
    'Le sale restano prenotate. Se in una di queste date Le serve la videoconferenza, sposti la riunione a un orario in cui è libero un numero.',
  'no-slot.headline': 'Videoconferenza non possibile',
  'no-slot': 'Non c’è una videoconferenza per questa riunione: in questo orario nessun numero è libero.',
  'no-slot.nearest': 'L’orario più vicino in cui è libero un numero: {{nearest}}.',
  'no-slot.next':
    'Le sale restano prenotate. Appena si libererà un numero, sarà riservato a questa riunione e Lei riceverà un avviso.',
  'placed-after-all.headline': 'Videoconferenza ora possibile',
  'placed-after-all':
    'Si è liberato un numero e la videoconferenza potrà comunque svolgersi. Tutti possono partecipare con i dati seguenti.',
  'given-up.headline': 'Videoconferenza non disponibile',
  'given-up':
    'Non è stato possibile avviare la videoconferenza, perché il sistema di conferenza non è raggiungibile.',
  'given-up.same-again':
    'Continuiamo a provare. Appena il sistema risponderà, la conferenza comincerà con lo stesso numero.',
  'given-up.nothing':
    'Non ci saranno altri tentativi. Tenga la riunione con un altro mezzo e informi il Suo supporto informatico.',
  'extended.headline': 'Videoconferenza prolungata',
  extended:
    'C’erano ancora partecipanti, perciò la videoconferenza è stata prolungata. Nuovo orario di fine: {{until}}.',
  'ended-at-limit.headline': 'Videoconferenza terminata',
  'ended-at-limit':
    'La videoconferenza è terminata al raggiungimento del prolungamento massimo consentito: {{at}}.',
  'ended-at-limit.next': 'Se Le serve più tempo, prenoti una nuova riunione.',
  'unused.headline': 'Videoconferenza liberata',
  unused:
    'Poiché nessuno ha partecipato, la videoconferenza è stata terminata. Il suo numero non funziona più.',
  'unused.room': 'Anche la sala è stata liberata, in modo che altri possano prenotarla.',
  'unused.next': 'Se desidera ancora riunirsi, prenoti una nuova riunione.',
  'room-declined.headline': 'Una sala ha rifiutato alcune date',
  'room-declined': {
    one: '{{room}} ha rifiutato una data:',
    many: '{{room}} ha rifiutato {{count}} di date:',
    other: '{{room}} ha rifiutato {{count}} date:',
  },
  'room-declined.next':
    'Tutte le altre date restano confermate. Se necessario, prenoti un’altra sala per le date rifiutate.',
  'hosts.headline': 'Come partecipare come host',
  hosts:
    'Gli ospiti attendono finché non entra un host. Per partecipare come host, componga {{address}} e inserisca il codice di accesso {{passcode}}.',
  'hosts.no-passcode':
    'Gli ospiti attendono finché non entra un host. Per partecipare come host, componga {{address}}.',
  'hosts.next':
    'Questi dati sono riservati agli host e non compaiono in alcun invito. Tutti gli altri partecipano con i dati dell’invito.',
  'withdrawn.headline': 'Videoconferenza annullata',
  withdrawn: 'Questa riunione non ha più una videoconferenza. Il numero non è più valido.',
  'withdrawn.next': 'Se ha comunicato i dati ad altre persone, La preghiamo di avvisarle.',

  warning: {
    one: 'Questa conferenza termina tra un minuto.',
    other: 'Questa conferenza termina tra {{count}} minuti.',
  },
  'warning.soon': 'Questa conferenza termina tra meno di un minuto.',

  more: {
    one: 'e un’altra',
    many: 'e altre {{count}}',
    other: 'e altre {{count}}',
  },
};
