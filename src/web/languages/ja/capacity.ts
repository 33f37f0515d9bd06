/** Japanese: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'スロットと容量',
  'capacity.of': '{name} のスロットと容量',
  'capacity.back': 'すべてのブリッジ',
  'capacity.quarter-hours': '15 分ごとの状況',
  'capacity.what': '表示する内容',
  'capacity.slots': 'スロット',
  'capacity.ports': 'ポート',
  'capacity.length': '表示する日数',
  'capacity.days': '{count|other:# 日間}',
  'capacity.quarters': '{day} の 15 分ごと',
  'capacity.value-slots': '{time}：{slots} スロット中 {held} を確保',
  'capacity.value-ports': '{time}：{limit} ポート中 {ports} を使用見込み',
  'capacity.value-ports-unlimited': '{time}：{ports|other:# ポート}を使用見込み',
  'capacity.too-few': '{said} – 不足',
  'capacity.peak': '最も余裕がない時間 {said}',
  'capacity.nothing': '予約なし',
  'capacity.few-slots':
    '{count|other:# 個の 15 分枠}でほぼすべてのスロットが確保されています。最初は {time} です。',
  'capacity.few-ports':
    '{count|other:# 個の 15 分枠}で見込まれるポートが実際の数を超えます。最初は {time} です。',
  'capacity.enough': '分かっている限り、この期間の予約には十分です。',
  'capacity.explain':
    'スロットは、準備と後片付けを含め、少しでも確保されている 15 分枠ごとに数えます。終わった会議のスロットは返却済みです。',
  'capacity.people':
    'ポートは、発信する会議室と、会議 1 件あたり {people} 人（直近 {count|other:# 件の会議}の平均）です。',
  'capacity.people-unknown':
    'ポートは発信する会議室だけです。自分で参加する人の数は分かりません：測定できた過去の会議は {count|=0:ありません|other:# 件だけです}。',
  'capacity.limit': '現在、稼働中の Call Bridge {count|other:# 台}に {ports|other:# ポート}あります。',
  'capacity.limit-unknown':
    '{names} が稼働している間のポート数は分かりません：participantLimit が設定されていません。',
  'capacity.as-of': '{time} 現在。',
  'capacity.earlier': '15 分前へ',
  'capacity.later': '15 分後へ',
  'capacity.held': '確保済み',
  'capacity.resting': '休止中',
  'capacity.unclean': '空き未確認',
  'capacity.blocked': '他で使用',
  'capacity.free': '空き',
  'capacity.meetings': '会議',
  'capacity.rooms': '発信する会議室',
  'capacity.in-service': '稼働中の Call Bridge',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'どの会議のものか不明',
  'capacity.as.left': '会議が離れ、休止中',
  'capacity.as.next': 'まもなくこの会議の番号',
  'capacity.as.found': '実行中に発見',
  'capacity.not-of-range': '以前の範囲の番号',
  'capacity.none': 'この時間に確保されている番号はありません。',
  'capacity.more': 'さらに表示',
};
