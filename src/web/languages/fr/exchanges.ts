/** French: what the pages say of requests and answers of the work on a meeting. */
import type { Exchanges } from '../en/exchanges.ts';

export const exchanges: Exchanges = {
  'exchanges.with': 'Avec les requêtes',
  'exchanges.show': 'Requêtes',
  'exchanges.of': 'Requêtes de : {what}',
  'exchanges.work': 'Opération',
  'exchanges.copy-id': 'Copier {id}',
  'exchanges.only': 'Cette opération seulement',
  'exchanges.filtered': 'Seul ce qui appartient à une opération est affiché :',
  'exchanges.everything': 'Tout afficher',
  'exchanges.none':
    "Rien n'en est conservé : elle n'a rien demandé, ou ses requêtes ont laissé la place à de plus récentes.",
  'exchanges.other': 'Opération sans effet sur la réunion',
  'exchanges.sent': 'Envoyé',
  'exchanges.answer': 'Réponse',
  'exchanges.hidden': 'masqué',
  'exchanges.unnamed':
    "{count|one:Un autre champ n'est pas conservé.|other:# autres champs ne sont pas conservés.}",
  'exchanges.to': 'à {whom}',
  'exchanges.from': 'de {whom}',
  'exchanges.answered': 'réponse {status} après {time}',
  'exchanges.failed': '{fault}, après {time}',
  'fault.unreachable': 'injoignable',
  'fault.busy': 'surchargé',
  'fault.refused': 'refusé',
  'fault.absent': 'introuvable',
  'fault.garbled': 'réponse incompréhensible',
  'fault.stale': "modifié entre-temps par quelqu'un d'autre",
  'fault.reset': 'à relire entièrement',
};
