/** Portuguese: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': 'O convite',
  'invitation.text': 'O que todos os convidados leem',
  'invitation.written': 'Escrito no evento do organizador',
  'invitation.mailed': 'Enviado ao organizador por e-mail',
  'invitation.answered': 'Dito ao organizador na resposta de uma sala',
  'invitation.not-told': 'Não foi possível avisar o organizador',
  'invitation.nothing': 'Não diz nada sobre como entrar.',
  'invitation.reason': 'Não está no evento: {reason}',
  'invitation.sent':
    '{count|one:Uma coisa escrita ou enviada sobre ele|other:# coisas escritas ou enviadas sobre ele}',
  'do.tell-again': 'Enviar o convite outra vez',
  'do.place-again': 'Dar outro número',
  'do.place-now': 'Procurar um número agora',
  'do.move-bridge': 'Passar para outra ponte',
  'harm.place-again':
    '“{title}” deixa o número {number} e recebe outro. O convite é reescrito e o organizador avisado; quem anotou o número antigo, ou o tem num calendário não atualizado, chegará a um espaço bloqueado que indica o novo.',
  'harm.move-bridge':
    'Todos em “{title}” são desligados e têm de ligar de novo. O número mantém-se e as salas são chamadas outra vez.',
  'field.bridge': 'Ponte',
  'field.bridge-any': 'A primeira que esteja bem e em serviço',
  'did.invitation-written': 'O convite foi escrito outra vez e segue para todos os convidados.',
  'did.organizer-mailed': 'O organizador recebeu uma mensagem.',
  'did.organizer-answered': 'Uma sala da reunião respondeu ao organizador.',
  'did.placed': 'O número é agora {number}.',
  'did.moved-over': 'Corre agora em {callBridge}, e as salas são chamadas outra vez.',
  'refusal.is-running':
    'Está a decorrer e há pessoas dentro pelo seu número: termine-a primeiro, ou passe-a para outra ponte, o que mantém o número.',
  'refusal.is-over': 'Terminou ou foi cancelada.',
  'refusal.another-number': 'Já tem outro número que não o que ia ser deixado.',
  'refusal.no-other-number': 'Nenhum outro número está livre à sua hora.',
  'refusal.not-running':
    'Não está a decorrer. Quando começar, será na primeira ponte do seu cluster que esteja bem e em serviço, pela ordem da configuração.',
  'refusal.bridge-unknown': 'O seu cluster não tem essa ponte.',
  'refusal.bridge-down': 'Essa ponte não responde.',
  'refusal.bridge-drained': 'Essa ponte está fora de serviço.',
  'refusal.runs-there': 'Já corre nessa ponte.',
  'refusal.no-other-bridge': 'Nenhuma outra ponte do seu cluster está bem e em serviço.',
  'refusal.told-just-now': 'O organizador acabou de ser avisado; nada foi enviado de novo.',
  'refusal.told-often': 'Numa hora foram enviadas tantas mensagens quantas se permite; tente mais tarde.',
  'refusal.nothing-to-tell': 'Não há nada a dizer: terminou, foi cancelada, ou ninguém a organizou.',
  'refusal.not-told': 'Nenhuma via para o organizador está aberta.',
};
