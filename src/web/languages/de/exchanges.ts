/** German: what the pages say of requests and answers of the work on a meeting. */
import type { Exchanges } from '../en/exchanges.ts';

export const exchanges: Exchanges = {
  'exchanges.with': 'Mit Anfragen',
  'exchanges.show': 'Anfragen',
  'exchanges.of': 'Anfragen zu: {what}',
  'exchanges.work': 'Vorgang',
  'exchanges.copy-id': '{id} kopieren',
  'exchanges.only': 'Nur dieser Vorgang',
  'exchanges.filtered': 'Nur was zu einem Vorgang gehört, wird gezeigt:',
  'exchanges.everything': 'Alles zeigen',
  'exchanges.none':
    'Davon ist nichts aufgehoben: Es wurde niemand gefragt, oder neuere Anfragen haben es verdrängt.',
  'exchanges.other': 'Vorgang, in dem mit der Besprechung nichts geschah',
  'exchanges.sent': 'Gesendet',
  'exchanges.answer': 'Antwort',
  'exchanges.hidden': 'verborgen',
  'exchanges.unnamed':
    '{count|one:Ein weiteres Feld wird nicht aufgehoben.|other:# weitere Felder werden nicht aufgehoben.}',
  'exchanges.to': 'an {whom}',
  'exchanges.from': 'von {whom}',
  'exchanges.answered': 'beantwortet mit {status} nach {time}',
  'exchanges.failed': '{fault}, nach {time}',
  'fault.unreachable': 'nicht erreicht',
  'fault.busy': 'überlastet',
  'fault.refused': 'abgelehnt',
  'fault.absent': 'nicht vorhanden',
  'fault.garbled': 'nicht verstanden',
  'fault.stale': 'inzwischen von anderen geändert',
  'fault.reset': 'muss neu gelesen werden',
};
