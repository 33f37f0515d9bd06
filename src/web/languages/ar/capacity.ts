/** Arabic: what the pages say of slots and of the capacity of coming days. */
import type { Capacity } from '../en/capacity.ts';

export const capacity: Capacity = {
  'capacity.title': 'الخانات والسعة',
  'capacity.of': 'خانات {name} وسعته',
  'capacity.back': 'كل الجسور',
  'capacity.quarter-hours': 'كل ربع ساعة',
  'capacity.what': 'ما يُعرض',
  'capacity.slots': 'الخانات',
  'capacity.ports': 'المنافذ',
  'capacity.length': 'الأيام المعروضة',
  'capacity.days': '{count|one:يوم واحد|two:يومان|few:# أيام|many:# يومًا|other:# يوم}',
  'capacity.quarters': 'أرباع الساعة في {day}',
  'capacity.value-slots': '{time}: \u200f{held} من {slots} خانة مشغولة',
  'capacity.value-ports': '{time}: \u200f{ports} من {limit} منفذ متوقعة',
  'capacity.value-ports-unlimited':
    '{time}: \u200f{ports|one:منفذ واحد متوقع|two:منفذان متوقعان|few:# منافذ متوقعة|many:# منفذًا متوقعًا|other:# منفذ متوقع}',
  'capacity.too-few': '{said} – غير كافٍ',
  'capacity.peak': 'الأضيق عند {said}',
  'capacity.nothing': 'لا شيء محجوز',
  'capacity.few-slots':
    'تكاد كل الخانات تكون مشغولة في {count|one:ربع ساعة واحد|two:ربعي ساعة|few:# أرباع ساعة|many:# ربع ساعة|other:# ربع ساعة}، أولها عند {time}.',
  'capacity.few-ports':
    'يُتوقع عدد من المنافذ أكبر من الموجود في {count|one:ربع ساعة واحد|two:ربعي ساعة|few:# أرباع ساعة|many:# ربع ساعة|other:# ربع ساعة}، أولها عند {time}.',
  'capacity.enough': 'بقدر ما هو معروف، تكفي السعة لكل ما حُجز في هذه الأيام.',
  'capacity.explain':
    'تُحسب الخانة في كل ربع ساعة تكون مشغولة في أي لحظة منه، مع وقت التحضير والإنهاء. وما انتهى فقد أعاد خاناته.',
  'capacity.people':
    'المنافذ هي الغرف التي يُتصل بها و{people} أشخاص لكل اجتماع، كما كان المتوسط في {count|one:آخر اجتماع|two:آخر اجتماعين|few:آخر # اجتماعات|many:آخر # اجتماعًا|other:آخر # اجتماع}.',
  'capacity.people-unknown':
    'المنافذ هي الغرف التي يُتصل بها فقط. ولا يُعرف كم شخصًا سينضم بنفسه: {count|=0:لم يمكن قياس أي اجتماع سابق|one:أمكن قياس اجتماع سابق واحد فقط|two:أمكن قياس اجتماعين سابقين فقط|few:أمكن قياس # اجتماعات سابقة فقط|many:أمكن قياس # اجتماعًا سابقًا فقط|other:أمكن قياس # اجتماع سابق فقط}.',
  'capacity.limit':
    'الآن لدى {count|one:جسر واحد في الخدمة|two:جسرين في الخدمة|few:# جسور في الخدمة|many:# جسر في الخدمة|other:# جسر في الخدمة} {ports|one:منفذ واحد|two:منفذان|few:# منافذ|many:# منفذًا|other:# منفذ}.',
  'capacity.limit-unknown': 'لا يُعرف عدد المنافذ ما دام {names} في الخدمة: لم يُضبط participantLimit هناك.',
  'capacity.as-of': 'حتى {time}.',
  'capacity.earlier': 'ربع ساعة أبكر',
  'capacity.later': 'ربع ساعة لاحقًا',
  'capacity.held': 'مشغولة',
  'capacity.resting': 'ساكنة',
  'capacity.unclean': 'لم تُرَ فارغة',
  'capacity.blocked': 'لدى آخرين',
  'capacity.free': 'حرة',
  'capacity.meetings': 'الاجتماعات',
  'capacity.rooms': 'الغرف المتصل بها',
  'capacity.in-service': 'الجسور في الخدمة',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'لا يُعرف لمن هو',
  'capacity.as.left': 'تركه اجتماعه وهو ساكن',
  'capacity.as.next': 'سيصير رقمه بعد لحظة',
  'capacity.as.found': 'وُجد قيد التشغيل',
  'capacity.not-of-range': 'من نطاق سابق',
  'capacity.none': 'لا رقم مشغول حينئذ.',
  'capacity.more': 'عرض المزيد',
};
