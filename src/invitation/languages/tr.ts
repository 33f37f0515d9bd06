/** Every sentence in Turkish. */
import type { Catalogue } from './catalogue.ts';

export const turkish: Catalogue = {
  'title.neutral': 'Toplantı',
  greeting: 'Merhaba {{organizer}},',
  'greeting.unnamed': 'Merhaba,',
  subject: '{{headline}}: {{title}}',
  meeting: 'Toplantı',
  when: 'Zaman',
  'when.series': 'Yinelenen toplantı, başlangıç: {{when}}',
  room: 'Oda',
  rooms: 'Odalar',
  closing:
    'Bu ileti, oda rezervasyonlarını video konferanslara bağlayan Roombridge tarafından otomatik olarak gönderilmiştir.',

  'joining.heading': 'Bu toplantıya video ile katılın',
  'joining.number': 'Aranacak numara',
  'joining.address': 'Video adresi',
  'joining.passcode': 'Erişim kodu',
  'joining.access': 'Erişim numarası',
  'sign.moved': 'Taşındı: yeni adres {{address}}',
  help: 'Katılamıyorsanız lütfen numarayı kontrol edip yeniden arayın. Sorun sürerse lütfen BT destek ekibinize başvurun.',
  'help.link': 'Katılım yardımı',

  'ready.headline': 'Video konferans hazır',
  ready: 'Toplantınızın video konferansı hazır. Herkes aşağıdaki bilgilerle katılabilir.',
  'ready.series':
    'Yinelenen toplantınızın video konferansı hazır. Başka bir numara belirtilmedikçe aşağıdaki bilgiler tüm tarihler için geçerlidir.',
  'number-changed.headline': 'Video konferansın yeni numarası',
  'number-changed':
    'Video konferansın numarası değişti. Eski numara ({{was}}) artık geçerli değil; lütfen aşağıdaki bilgileri kullanın.',
  'passcode-changed.headline': 'Video konferansın yeni erişim kodu',
  'passcode-changed':
    'Video konferansın erişim kodu değişti. Eski kod artık geçerli değil; lütfen aşağıdaki bilgileri kullanın.',
  'other-numbers.headline': 'Bazı tarihlerde farklı numara',
  'other-numbers': {
    one: 'Bir tarihin kendi numarası var:',
    other: '{{count}} tarihin kendi numarası var:',
  },
  'other-numbers.date': '{{date}}: numara {{number}}',
  'other-numbers.date-passcode': '{{date}}: numara {{number}}, erişim kodu {{passcode}}',
  'other-numbers.next': 'Aşağıdaki bilgiler diğer tüm tarihler için geçerlidir.',
  'without-conference.headline': 'Bazı tarihlerde video konferans yok',
  'without-conference': {
    one: 'Bir tarihte video konferans yok:',
    other: '{{count}} tarihte video konferans yok:',
  },
  'without-conference.date-nearest': '{{date}} (boş numara bulunan en yakın zaman: {{nearest}})',
  'without-conference.next':
    'Oda rezervasyonları geçerliliğini korur. Bu tarihlerden birinde video konferansa ihtiyacınız varsa lütfen toplantıyı boş numara bulunan bir zamana taşıyın.',
  'no-slot.headline': 'Video konferans yapılamıyor',
  'no-slot': 'Bu toplantı için video konferans yok: bu saatte boş numara bulunmuyor.',
  'no-slot.nearest': 'Boş numara bulunan en yakın zaman: {{nearest}}.',
  'no-slot.next':
    'Oda rezervasyonları geçerliliğini korur. Bir numara boşalır boşalmaz bu toplantı için ayrılır ve size bildirilir.',
  'placed-after-all.headline': 'Video konferans artık yapılabiliyor',
  'placed-after-all':
    'Bir numara boşaldı; video konferans yapılabilecek. Herkes aşağıdaki bilgilerle katılabilir.',
  'given-up.headline': 'Video konferans kullanılamıyor',
  'given-up': 'Konferans sistemine ulaşılamadığı için video konferans başlatılamadı.',
  'given-up.same-again':
    'Denemeyi sürdürüyoruz. Sistem yanıt verir vermez konferans aynı numarayla başlayacak.',
  'given-up.nothing':
    'Yeniden denenmeyecek. Lütfen toplantıyı başka bir yolla yapın ve BT destek ekibinize haber verin.',
  'extended.headline': 'Video konferans uzatıldı',
  extended: 'Toplantıda hâlâ katılımcılar bulunduğu için video konferans uzatıldı. Yeni bitiş: {{until}}.',
  'ended-at-limit.headline': 'Video konferans sona erdi',
  'ended-at-limit': 'Video konferans, izin verilen en uzun uzatmanın sonunda sona erdi: {{at}}.',
  'ended-at-limit.next': 'Daha fazla zamana ihtiyacınız varsa lütfen yeni bir toplantı oluşturun.',
  'unused.headline': 'Video konferans serbest bırakıldı',
  unused: 'Kimse katılmadığı için video konferans sonlandırıldı. Numarası artık geçerli değil.',
  'unused.room': 'Başkalarının ayırtabilmesi için oda da serbest bırakıldı.',
  'unused.next': 'Yine de toplanmak istiyorsanız lütfen yeni bir toplantı oluşturun.',
  'room-declined.headline': 'Bir oda bazı tarihleri reddetti',
  'room-declined': {
    one: '{{room}} bir tarihi reddetti:',
    other: '{{room}} {{count}} tarihi reddetti:',
  },
  'room-declined.next':
    'Diğer tüm tarihler geçerlidir. Gerekirse lütfen reddedilen tarihler için başka bir oda ayırın.',
  'hosts.headline': 'Toplantı sahibi olarak katılma',
  hosts:
    'Konuklar, bir toplantı sahibi katılana kadar bekler. Toplantı sahibi olarak katılmak için {{address}} adresini arayın ve {{passcode}} erişim kodunu girin.',
  'hosts.no-passcode':
    'Konuklar, bir toplantı sahibi katılana kadar bekler. Toplantı sahibi olarak katılmak için {{address}} adresini arayın.',
  'hosts.next':
    'Bu bilgiler yalnızca toplantı sahipleri içindir ve hiçbir davette yer almaz. Diğer herkes davetteki bilgilerle katılır.',
  'withdrawn.headline': 'Video konferans iptal edildi',
  withdrawn: 'Bu toplantının artık video konferansı yok. Numarası artık geçerli değil.',
  'withdrawn.next': 'Bilgileri başkalarına ilettiyseniz lütfen onlara haber verin.',

  warning: {
    one: 'Bu konferans bir dakika içinde sona erecek.',
    other: 'Bu konferans {{count}} dakika içinde sona erecek.',
  },
  'warning.soon': 'Bu konferans bir dakikadan kısa bir süre içinde sona erecek.',

  more: { one: 've bir tane daha', other: 've {{count}} tane daha' },
};
