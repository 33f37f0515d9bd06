/** Japanese: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': '招待状',
  'invitation.text': '招待された全員が読む内容',
  'invitation.written': '開催者の予定に書き込みました',
  'invitation.mailed': '開催者にメールで送りました',
  'invitation.answered': '会議室の返信で開催者に伝えました',
  'invitation.not-told': '開催者に伝えられませんでした',
  'invitation.nothing': '参加方法は何も書かれていません。',
  'invitation.reason': '予定には書かれていません：{reason}',
  'invitation.sent': '{count|other:これについて書いたもの・送ったもの # 件}',
  'do.tell-again': '招待状を再送',
  'do.place-again': '別の番号にする',
  'do.place-now': '今すぐ番号を探す',
  'do.move-bridge': '別の Call Bridge に移す',
  'harm.place-again':
    '「{title}」は番号 {number} を手放し、別の番号になります。招待状は書き直され、開催者に知らせます。古い番号を控えている人や、更新されないカレンダーで見ている人は、新しい番号を示すロックされたスペースに入ります。',
  'harm.move-bridge':
    '「{title}」の全員が切断され、かけ直す必要があります。番号はそのままで、会議室は再び呼び出されます。',
  'field.bridge': 'Call Bridge',
  'field.bridge-any': '正常に稼働中の最初のもの',
  'did.invitation-written': '招待状を書き直し、招待された全員に届きます。',
  'did.organizer-mailed': '開催者にメールを送りました。',
  'did.organizer-answered': 'この会議の会議室が開催者に返信しました。',
  'did.placed': '番号は {number} になりました。',
  'did.moved-over': '現在 {callBridge} で動いており、会議室を再び呼び出します。',
  'refusal.is-running':
    '開催中で、この番号で参加している人がいます。先に終了するか、番号の変わらない別の Call Bridge への移動を使ってください。',
  'refusal.is-over': '終了したか、取り消されました。',
  'refusal.another-number': '手放すはずの番号とは別の番号にすでに変わっています。',
  'refusal.no-other-number': 'その時間に空いている番号はほかにありません。',
  'refusal.not-running':
    '開催中ではありません。開始時に、設定の順で、クラスター内の正常に稼働中の最初の Call Bridge で始まります。',
  'refusal.bridge-unknown': 'クラスターにそのような Call Bridge はありません。',
  'refusal.bridge-down': 'その Call Bridge は応答しません。',
  'refusal.bridge-drained': 'その Call Bridge はサービスから外されています。',
  'refusal.runs-there': 'すでにその Call Bridge で動いています。',
  'refusal.no-other-bridge': 'クラスター内に正常に稼働中の Call Bridge はほかにありません。',
  'refusal.told-just-now': '開催者にはたった今伝えました。再送はしていません。',
  'refusal.told-often': '1 時間に送れる数のメッセージをすでに送りました。後でやり直してください。',
  'refusal.nothing-to-tell': '伝えることがありません。終了したか、取り消されたか、開催者がいません。',
  'refusal.not-told': '開催者に伝える手段がありません。',
};
