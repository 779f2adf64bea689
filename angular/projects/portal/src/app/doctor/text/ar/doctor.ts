import { DoctorTexts } from '../texts';

export const arabic: DoctorTexts = {
  title: 'التشخيص',
  intro:
    'تستدعي هذه الصفحة الخدمة كما يفعل متصفحك: ملفات تعريف الارتباط ورمز CSRF وتدفق الأحداث والذاكرة المؤقتة وما يرسله الوكيل.',
  running: 'الفحوص قيد التنفيذ…',
  good: 'لم يُعثر على أي مشكلة من هذا المتصفح.',
  again: 'إعادة الفحوص',
  proof: 'أكّد العامل الثاني لتشغيل الفحوص.',
  toProof: 'تأكيد الآن',
  failed: 'تعذّر تشغيل الفحوص. حاول مرة أخرى.',
  toChange: 'ما يجب تغييره:',
  more: 'يفحص الأمر vestibule doctor أيضًا الإعدادات وقاعدة البيانات والمزوّدين والبريد.',
  severity: { error: 'خطأ', warning: 'تحذير', note: 'ملاحظة' },
  findings: {
    api_cached: {
      problem: 'يجيب الوكيل من ذاكرة مؤقتة. قد يتلقى مستخدم إجابة مستخدم آخر.',
      fix: 'لا تخزّن المسارات تحت ‎/api مؤقتًا. nginx: احذف proxy_cache و proxy_ignore_headers Cache-Control.',
    },
    cookie_lost: {
      problem: 'لا يعود ملف تعريف ارتباط. يضيع كل تسجيل دخول عند الطلب التالي.',
      fix: 'يجب أن يمرّر الوكيل Set-Cookie و Cookie. افتح الخدمة على VESTIBULE_PUBLIC_URL.',
    },
    csrf_refused: {
      problem: 'يُرفض تغيير يحمل رمز CSRF.',
      fix: 'يجب أن يمرّر الوكيل طلبات POST والترويستين X-XSRF-TOKEN و Cookie دون تغيير.',
    },
    forwarded_for_missing: {
      problem: 'لا يرسل الوكيل عنوان المستخدم. محاولات فاشلة لمستخدم واحد تمنع الجميع.',
      fix: 'أرسل X-Forwarded-For. nginx: proxy_set_header X-Forwarded-For $remote_addr;',
    },
    forwarded_proto_missing: {
      problem:
        'لا يرسل الوكيل البروتوكول. لا يمكن إعادة المستخدمين إلى صفحتهم بعد المصادقة في الوكيل.',
      fix: 'أرسل X-Forwarded-Proto. nginx: proxy_set_header X-Forwarded-Proto $scheme;',
    },
    host_rewritten: {
      problem: 'يغيّر الوكيل اسم المضيف. تعيد المصادقة في الوكيل المستخدمين إلى عنوان خاطئ.',
      fix: 'nginx: proxy_set_header Host $http_host; أو اضبط VESTIBULE_PUBLIC_URL على المضيف الذي يفتحه المستخدمون.',
    },
    origin_refused: {
      problem: 'لا تقبل الخدمة طلبات من عنوان هذه الصفحة.',
      fix: 'اضبط VESTIBULE_PUBLIC_URL على العنوان الذي يفتحه المستخدمون، أو أضف أصله إلى VESTIBULE_ALLOWED_ORIGINS.',
    },
    prefix_stripped: {
      problem: 'يحذف الوكيل مسار العنوان العام.',
      fix: 'nginx: اكتب proxy_pass دون مسار، ليصل مسار VESTIBULE_PUBLIC_URL إلى الخدمة.',
    },
    proxy_not_trusted: {
      problem: 'الوكيل غير موثوق. محاولات فاشلة لمستخدم واحد تمنع الجميع.',
      fix: 'أضف عنوان الوكيل إلى VESTIBULE_TRUSTED_PROXIES.',
    },
    public_url_elsewhere: {
      problem: 'يجيب برنامج آخر بدلًا من الخدمة.',
      fix: 'يجب أن يمرّر الوكيل كل المسارات تحت VESTIBULE_PUBLIC_URL إلى VESTIBULE_LISTEN.',
    },
    scheme_differs: {
      problem: 'يذكر الوكيل بروتوكولًا غير بروتوكول العنوان العام.',
      fix: 'أعد توجيه http إلى https وأرسل X-Forwarded-Proto ببروتوكول VESTIBULE_PUBLIC_URL.',
    },
    stream_buffered: {
      problem:
        'تصل الأحداث متأخرة: يحتجزها الوكيل. تعلم علامات التبويب الأخرى متأخرة بانتهاء الجلسة.',
      fix: 'nginx: اكتب proxy_buffering off; واحذف proxy_ignore_headers X-Accel-Buffering.',
    },
  },
};
