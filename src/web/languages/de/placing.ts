/** German: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': 'Die Einladung',
  'invitation.text': 'Was alle Eingeladenen lesen',
  'invitation.written': 'In den Termin des Organisators geschrieben',
  'invitation.mailed': 'Dem Organisator per Mail gesendet',
  'invitation.answered': 'Dem Organisator in der Antwort eines Raums mitgeteilt',
  'invitation.not-told': 'Der Organisator konnte nicht informiert werden',
  'invitation.nothing': 'Sie sagt nichts darüber, wie man teilnimmt.',
  'invitation.reason': 'Sie steht nicht im Termin: {reason}',
  'invitation.sent':
    '{count|one:Einmal wurde dazu geschrieben oder gesendet|other:#-mal wurde dazu geschrieben oder gesendet}',
  'do.tell-again': 'Einladung erneut senden',
  'do.place-again': 'Andere Nummer geben',
  'do.place-now': 'Jetzt eine Nummer suchen',
  'do.move-bridge': 'Auf andere Call Bridge verschieben',
  'harm.place-again':
    '„{title}“ gibt die Nummer {number} auf und bekommt eine andere. Die Einladung wird neu geschrieben und der Organisator informiert; wer die alte Nummer notiert hat oder sie in einem nicht aktualisierten Kalender hat, kommt in einen gesperrten Raum, der die neue nennt.',
  'harm.move-bridge':
    'Alle in „{title}“ werden getrennt und müssen sich neu einwählen. Die Nummer bleibt, und die Räume werden erneut angerufen.',
  'field.bridge': 'Call Bridge',
  'field.bridge-any': 'Die erste, die gesund und in Betrieb ist',
  'did.invitation-written': 'Die Einladung wurde erneut geschrieben und geht an alle Eingeladenen.',
  'did.organizer-mailed': 'Der Organisator hat eine Mail bekommen.',
  'did.organizer-answered': 'Ein Raum der Besprechung hat dem Organisator geantwortet.',
  'did.placed': 'Ihre Nummer ist jetzt {number}.',
  'did.moved-over': 'Sie läuft jetzt auf {callBridge}, und ihre Räume werden erneut angerufen.',
  'refusal.is-running':
    'Sie läuft, und Leute sind über ihre Nummer dabei: erst beenden, oder auf eine andere Call Bridge verschieben, dabei bleibt die Nummer.',
  'refusal.is-over': 'Sie ist vorbei oder wurde abgesagt.',
  'refusal.another-number': 'Sie hat inzwischen eine andere Nummer als die, die aufgegeben werden sollte.',
  'refusal.no-other-number': 'Für ihre Zeit ist keine andere Nummer frei.',
  'refusal.not-running':
    'Sie läuft nicht. Sie startet zu ihrer Zeit auf der ersten Call Bridge ihres Clusters, die gesund und in Betrieb ist, in der Reihenfolge der Konfiguration.',
  'refusal.bridge-unknown': 'Ihr Cluster hat keine solche Call Bridge.',
  'refusal.bridge-down': 'Diese Call Bridge antwortet nicht.',
  'refusal.bridge-drained': 'Diese Call Bridge ist außer Betrieb genommen.',
  'refusal.runs-there': 'Sie läuft bereits auf dieser Call Bridge.',
  'refusal.no-other-bridge': 'Keine andere Call Bridge ihres Clusters ist gesund und in Betrieb.',
  'refusal.told-just-now': 'Der Organisator wurde gerade eben informiert; es wurde nichts erneut gesendet.',
  'refusal.told-often':
    'In einer Stunde wurden dazu so viele Nachrichten gesendet wie erlaubt; später erneut versuchen.',
  'refusal.nothing-to-tell':
    'Es gibt nichts mitzuteilen: Sie ist vorbei, wurde abgesagt, oder niemand hat sie organisiert.',
  'refusal.not-told': 'Kein Weg zum Organisator ist offen.',
};
