/** Arabic: what the pages say of the invitation as sent, and of orders to a meeting that is still to come. */
import type { Placing } from '../en/placing.ts';

export const placing: Placing = {
  'invitation.title': 'الدعوة',
  'invitation.text': 'ما يقرؤه كل مدعو',
  'invitation.written': 'كُتبت في حدث المنظِّم',
  'invitation.mailed': 'أُرسلت إلى المنظِّم بالبريد',
  'invitation.answered': 'أُبلغ بها المنظِّم في رد إحدى القاعات',
  'invitation.not-told': 'تعذّر إبلاغ المنظِّم',
  'invitation.nothing': 'لا تذكر شيئًا عن كيفية الانضمام.',
  'invitation.reason': 'ليست في الحدث: {reason}',
  'invitation.sent':
    '{count|one:كتابة أو إرسال واحد بشأنها|two:كتابتان أو إرسالان بشأنها|few:# كتابات أو إرسالات بشأنها|other:# كتابة أو إرسال بشأنها}',
  'do.tell-again': 'أرسل الدعوة مرة أخرى',
  'do.place-again': 'أعطه رقمًا آخر',
  'do.place-now': 'ابحث عن رقم الآن',
  'do.move-bridge': 'انقل إلى جسر آخر',
  'harm.place-again':
    'يتخلى «{title}» عن الرقم {number} ويحصل على رقم آخر. تُكتب الدعوة من جديد ويُبلَّغ المنظِّم؛ ومن دوّن الرقم القديم، أو لديه في تقويم غير محدَّث، يصل إلى مساحة مقفلة تذكر الرقم الجديد.',
  'harm.move-bridge': 'يُفصل كل من في «{title}» وعليهم الاتصال من جديد. يبقى الرقم، وتُستدعى قاعاته مرة أخرى.',
  'field.bridge': 'الجسر',
  'field.bridge-any': 'الأول السليم والموجود في الخدمة',
  'did.invitation-written': 'كُتبت الدعوة مرة أخرى، وتصل إلى كل المدعوين.',
  'did.organizer-mailed': 'أُرسل بريد إلى المنظِّم.',
  'did.organizer-answered': 'ردّت إحدى قاعات الاجتماع على المنظِّم.',
  'did.placed': 'رقمه الآن {number}.',
  'did.moved-over': 'يعمل الآن على {callBridge}، وتُستدعى قاعاته مرة أخرى.',
  'refusal.is-running': 'إنه جارٍ وفيه أشخاص برقمه: أنهِه أولًا، أو انقله إلى جسر آخر، وهذا يُبقي الرقم.',
  'refusal.is-over': 'انتهى أو أُلغي.',
  'refusal.another-number': 'صار له رقم غير الذي كان سيُتخلى عنه.',
  'refusal.no-other-number': 'لا رقم آخر متاح في وقته.',
  'refusal.not-running':
    'ليس جاريًا. عند بدئه يُفتح على أول جسر سليم وفي الخدمة من مجموعته، بحسب ترتيب الإعدادات.',
  'refusal.bridge-unknown': 'ليس في مجموعته جسر كهذا.',
  'refusal.bridge-down': 'لا يستجيب هذا الجسر.',
  'refusal.bridge-drained': 'أُخرج هذا الجسر من الخدمة.',
  'refusal.runs-there': 'إنه يعمل على هذا الجسر بالفعل.',
  'refusal.no-other-bridge': 'لا يوجد جسر آخر سليم وفي الخدمة في مجموعته.',
  'refusal.told-just-now': 'أُبلغ المنظِّم للتو؛ لم يُرسل شيء مرة أخرى.',
  'refusal.told-often': 'أُرسل في ساعة أقصى عدد مسموح من الرسائل؛ أعد المحاولة لاحقًا.',
  'refusal.nothing-to-tell': 'لا شيء يُبلَّغ: انتهى أو أُلغي أو لم ينظّمه أحد.',
  'refusal.not-told': 'لا سبيل مفتوح إلى المنظِّم.',
};
