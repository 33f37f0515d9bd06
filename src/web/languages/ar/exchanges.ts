/** Arabic: what the pages say of requests and answers of the work on a meeting. */
import type { Exchanges } from '../en/exchanges.ts';

export const exchanges: Exchanges = {
  'exchanges.with': 'مع الطلبات',
  'exchanges.show': 'الطلبات',
  'exchanges.of': 'الطلبات: {what}',
  'exchanges.work': 'العملية',
  'exchanges.copy-id': 'نسخ {id}',
  'exchanges.only': 'هذه العملية فقط',
  'exchanges.filtered': 'يُعرض فقط ما يخص عملية واحدة:',
  'exchanges.everything': 'عرض الكل',
  'exchanges.none': 'لم يُحفظ منها شيء: لم تطلب شيئًا، أو حلّت محل طلباتها طلبات أحدث.',
  'exchanges.other': 'عملية لم يحدث فيها شيء للاجتماع',
  'exchanges.sent': 'المُرسَل',
  'exchanges.answer': 'الرد',
  'exchanges.hidden': 'مخفي',
  'exchanges.unnamed':
    '{count|one:حقل واحد آخر لا يُحفظ.|two:حقلان آخران لا يُحفظان.|few:# حقول أخرى لا تُحفظ.|many:# حقلًا آخر لا تُحفظ.|other:# حقل آخر لا تُحفظ.}',
  'exchanges.to': 'إلى {whom}',
  'exchanges.from': 'من {whom}',
  'exchanges.answered': 'الرد {status} بعد {time}',
  'exchanges.failed': '{fault}، بعد {time}',
  'fault.unreachable': 'تعذّر الوصول',
  'fault.busy': 'مشغول',
  'fault.refused': 'مرفوض',
  'fault.absent': 'غير موجود',
  'fault.garbled': 'رد غير مفهوم',
  'fault.stale': 'غيّره شخص آخر في الأثناء',
  'fault.reset': 'يجب قراءته من جديد',
};
