/** Every sentence in Japanese. */
import type { Catalogue } from './catalogue.ts';

export const japanese: Catalogue = {
  'title.neutral': '会議',
  greeting: '{{organizer}} 様',
  'greeting.unnamed': '会議の主催者様',
  subject: '{{headline}}: {{title}}',
  meeting: '会議',
  when: '日時',
  'when.series': '定期的な会議（{{when}} から）',
  room: '会議室',
  rooms: '会議室',
  closing: 'このメッセージは、会議室の予約とビデオ会議を連携する Roombridge から自動送信されています。',

  'joining.heading': 'ビデオ会議への参加方法',
  'joining.number': 'ダイヤルする番号',
  'joining.address': 'ビデオアドレス',
  'joining.passcode': 'パスコード',
  'joining.access': 'アクセス番号',
  'sign.moved': '移動しました: {{address}}',
  help: '参加できない場合は、番号を確認してもう一度ダイヤルしてください。それでも解決しない場合は、社内の IT サポートにお問い合わせください。',
  'help.link': '参加方法のヘルプ',

  'ready.headline': 'ビデオ会議の準備ができました',
  ready: 'ビデオ会議の準備ができました。参加者は以下の情報で参加できます。',
  'ready.series':
    '定期的な会議のビデオ会議の準備ができました。別の番号が示されている日程を除き、以下の情報はすべての日程に共通です。',
  'number-changed.headline': 'ビデオ会議の番号が変わりました',
  'number-changed':
    'ビデオ会議の番号が変更されました。以前の番号 {{was}} は使用できません。以下の情報をご利用ください。',
  'passcode-changed.headline': 'ビデオ会議のパスコードが変わりました',
  'passcode-changed':
    'ビデオ会議のパスコードが変更されました。以前のパスコードは使用できません。以下の情報をご利用ください。',
  'other-numbers.headline': '一部の日程は番号が異なります',
  'other-numbers': { other: '次の {{count}} 件の日程は番号が異なります:' },
  'other-numbers.date': '{{date}}: 番号 {{number}}',
  'other-numbers.date-passcode': '{{date}}: 番号 {{number}}、パスコード {{passcode}}',
  'other-numbers.next': 'その他の日程では、以下の情報をご利用ください。',
  'without-conference.headline': '一部の日程ではビデオ会議を利用できません',
  'without-conference': { other: '次の {{count}} 件の日程ではビデオ会議を利用できません:' },
  'without-conference.date-nearest': '{{date}}（番号が空いている最も近い日時: {{nearest}}）',
  'without-conference.next':
    '会議室の予約はそのまま残ります。これらの日程でビデオ会議が必要な場合は、会議を番号が空いている日時に変更してください。',
  'no-slot.headline': 'ビデオ会議を開催できません',
  'no-slot': 'この会議ではビデオ会議を利用できません。この時間帯に空いている番号がないためです。',
  'no-slot.nearest': '番号が空いている最も近い日時: {{nearest}}',
  'no-slot.next': '会議室の予約はそのまま残ります。番号が空き次第、この会議のために確保してお知らせします。',
  'placed-after-all.headline': 'ビデオ会議を開催できるようになりました',
  'placed-after-all':
    '番号が空いたため、ビデオ会議を開催できるようになりました。参加者は以下の情報で参加できます。',
  'given-up.headline': 'ビデオ会議を利用できません',
  'given-up': '会議システムに接続できないため、ビデオ会議を開始できませんでした。',
  'given-up.same-again': '引き続き接続を試みています。システムが応答し次第、同じ番号で会議を開始します。',
  'given-up.nothing': '再試行は行いません。別の方法で会議を行い、社内の IT サポートにご連絡ください。',
  'extended.headline': 'ビデオ会議を延長しました',
  extended: 'まだ参加者がいたため、ビデオ会議を延長しました。新しい終了日時: {{until}}',
  'ended-at-limit.headline': 'ビデオ会議が終了しました',
  'ended-at-limit': '延長の上限に達したため、ビデオ会議を終了しました。終了日時: {{at}}',
  'ended-at-limit.next': 'さらに時間が必要な場合は、新しい会議を予約してください。',
  'unused.headline': 'ビデオ会議を解放しました',
  unused: '参加者がいなかったため、ビデオ会議を終了しました。番号は使用できません。',
  'unused.room': '他の方が予約できるように、会議室も解放しました。',
  'unused.next': '引き続き会議を行う場合は、新しい会議を予約してください。',
  'room-declined.headline': '会議室が一部の日程を辞退しました',
  'room-declined': { other: '{{room}} は次の {{count}} 件の日程の予約を辞退しました:' },
  'room-declined.next':
    'その他の日程の予約は有効です。辞退された日程については、必要に応じて別の会議室を予約してください。',
  'hosts.headline': 'ホストとして参加する方法',
  hosts:
    'ゲストは、ホストが参加するまで待機します。ホストとして参加するには、{{address}} に発信し、パスコード {{passcode}} を入力してください。',
  'hosts.no-passcode':
    'ゲストは、ホストが参加するまで待機します。ホストとして参加するには、{{address}} に発信してください。',
  'hosts.next': 'この情報はホスト専用で、どの招待にも記載されていません。ほかの方は招待の情報で参加します。',
  'withdrawn.headline': 'ビデオ会議が取り消されました',
  withdrawn: 'この会議のビデオ会議は取り消されました。番号は使用できなくなりました。',
  'withdrawn.next': '参加情報を他の方に伝えている場合は、その方にもお知らせください。',

  warning: {
    other: 'この会議はあと{{count}}分で終了します。',
  },
  'warning.soon': 'この会議はあと1分以内に終了します。',

  more: { other: '他 {{count}} 件' },
};
