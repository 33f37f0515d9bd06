/** French: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': "L'invitation",
  'invitation.text': 'Ce que lisent tous les invités',
  'invitation.written': "Écrite dans l'événement de l'organisateur",
  'invitation.mailed': "Envoyée à l'organisateur par courriel",
  'invitation.answered': "Dite à l'organisateur dans la réponse d'une salle",
  'invitation.not-told': "L'organisateur n'a pas pu être prévenu",
  'invitation.nothing': 'Elle ne dit rien de la façon de participer.',
  'invitation.reason': "Elle n'est pas dans l'événement : {reason}",
  'invitation.sent': '{count|one:Un écrit ou envoi à ce sujet|other:# écrits ou envois à ce sujet}',
  'do.tell-again': "Renvoyer l'invitation",
  'do.place-again': 'Donner un autre numéro',
  'do.place-now': 'Chercher un numéro maintenant',
  'do.move-bridge': 'Passer sur un autre pont',
  'harm.place-again':
    "« {title} » abandonne le numéro {number} et en reçoit un autre. L'invitation est réécrite et l'organisateur prévenu ; qui a noté l'ancien numéro, ou l'a dans un agenda non mis à jour, arrivera dans un espace verrouillé qui indique le nouveau.",
  'harm.move-bridge':
    'Tous ceux de « {title} » sont déconnectés et doivent rappeler. Le numéro reste, et les salles sont rappelées.',
  'field.bridge': 'Pont',
  'field.bridge-any': 'Le premier qui va bien et est en service',
  'did.invitation-written': "L'invitation a été réécrite et part à tous les invités.",
  'did.organizer-mailed': "L'organisateur a reçu un message.",
  'did.organizer-answered': "Une salle de la réunion a répondu à l'organisateur.",
  'did.placed': 'Son numéro est maintenant {number}.',
  'did.moved-over': 'Elle tourne maintenant sur {callBridge}, et ses salles sont rappelées.',
  'refusal.is-running':
    "Elle est en cours et des personnes y sont par son numéro : terminez-la d'abord, ou passez-la sur un autre pont, ce qui garde le numéro.",
  'refusal.is-over': 'Elle est terminée ou a été annulée.',
  'refusal.another-number': 'Elle a entre-temps un autre numéro que celui qui devait être abandonné.',
  'refusal.no-other-number': "Aucun autre numéro n'est libre à son heure.",
  'refusal.not-running':
    "Elle n'est pas en cours. À son début, elle s'ouvre sur le premier pont de son cluster qui va bien et est en service, dans l'ordre de la configuration.",
  'refusal.bridge-unknown': "Son cluster n'a pas ce pont.",
  'refusal.bridge-down': 'Ce pont ne répond pas.',
  'refusal.bridge-drained': 'Ce pont est hors service.',
  'refusal.runs-there': 'Elle tourne déjà sur ce pont.',
  'refusal.no-other-bridge': "Aucun autre pont de son cluster ne va bien et n'est en service.",
  'refusal.told-just-now': "L'organisateur vient d'être prévenu ; rien n'a été renvoyé.",
  'refusal.told-often': 'Autant de messages que permis ont été envoyés en une heure ; réessayez plus tard.',
  'refusal.nothing-to-tell':
    "Il n'y a rien à dire : elle est terminée, annulée, ou personne ne l'a organisée.",
  'refusal.not-told': "Aucune voie vers l'organisateur n'est ouverte.",
};
