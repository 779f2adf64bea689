//! Arabic.

use super::texts::{Text, Texts};

pub(super) static TEXTS: Texts = Texts {
    language: "ar",
    direction: "rtl",
    account: "الحساب",
    time: "الوقت",
    network: "عنوان الشبكة",
    browser: "المتصفح",
    done_by: "نُفِّذ بواسطة",
    administrator: "مسؤول",
    link_expires: "يعمل الرابط مرة واحدة، حتى {time}.",
    not_me: "لم أكن أنا",
    not_me_help: "إذا كنت أنت من فعل ذلك، فلا يلزمك شيء. وإلا فافتح هذا الرابط: تنتهي جميع جلسات الحساب، ويجب اختيار كلمة مرور جديدة.",
    not_me_without_link: "إذا كنت أنت من فعل ذلك، فلا يلزمك شيء. وإلا فغيّر كلمة المرور الآن.",
    help: "المساعدة",
    automatic: "أرسل {brand} هذه الرسالة تلقائيًا. لا تُقرأ الردود.",
    invitation: Text {
        subject: "حسابك الجديد في {brand}",
        body: "أُنشئ لك حساب في {brand}. اختر كلمة مرور لتسجيل الدخول.\n\nإذا لم تكن تنتظر حسابًا هناك، فتجاهل هذه الرسالة.",
        button: "اختيار كلمة مرور",
    },
    password_reset: Text {
        subject: "إعادة تعيين كلمة المرور في {brand}",
        body: "طُلبت كلمة مرور جديدة لحسابك في {brand}.\n\nإذا لم تطلبها، فتجاهل هذه الرسالة. تبقى كلمة مرورك كما هي.",
        button: "اختيار كلمة مرور جديدة",
    },
    email_confirm: Text {
        subject: "تأكيد عنوانك في {brand}",
        body: "أُدخل هذا العنوان لحساب في {brand}. أكّد أنه عنوانك.\n\nإذا لم تُدخله، فتجاهل هذه الرسالة.",
        button: "تأكيد العنوان",
    },
    email_change_notice: Text {
        subject: "سيتغير عنوان حسابك في {brand}",
        body: "طُلب عنوان آخر لحسابك في {brand}: {value}.\n\nإذا لم تكن أنت، فألغِ التغيير. تنتهي جميع جلسات الحساب، ويجب اختيار كلمة مرور جديدة.",
        button: "إلغاء التغيير",
    },
    sign_in_ways: Text {
        subject: "كيفية تسجيل الدخول إلى {brand}",
        body: "طُلبت كلمة مرور جديدة لحسابك في {brand}. ليس لحسابك كلمة مرور: سجّل الدخول عبر {value}.\n\nإذا لم تطلبها، فتجاهل هذه الرسالة.",
        button: "",
    },
    address_taken: Text {
        subject: "أُدخل عنوانك في {brand}",
        body: "أُدخل هذا العنوان لحساب آخر في {brand}. وهو تابع لحسابك، لذلك لم يتغير شيء.\n\nإذا أدخلته أنت، فسجّل الدخول إلى الحساب الذي له هذا العنوان.",
        button: "",
    },
    email_change_cancelled: Text {
        subject: "أُلغي تغيير عنوان في {brand}",
        body: "أُلغي تغيير عنوان حساب في {brand}. انتهت جميع جلسات الحساب، ويجب اختيار كلمة مرور جديدة.",
        button: "",
    },
    attack_reported: Text {
        subject: "انتهت جميع جلسات حسابك في {brand}",
        body: "أُبلغ عن أن إجراءً في حسابك في {brand} لم يكن منك. انتهت جميع الجلسات، ولم يعد أي جهاز موثوقًا، وأُهمل تغيير العنوان المعلّق.\n\nاطلب كلمة مرور جديدة من صفحة تسجيل الدخول، فالكلمة الحالية لم تعد تسمح بالدخول. ثم أزل من حسابك كل تطبيق مصادقة وكل مزوّد ليس لك.",
        button: "",
    },
    unknown_device: Text {
        subject: "تسجيل دخول جديد إلى حسابك في {brand}",
        body: "سجّل متصفح لا يعرفه حسابك الدخول إلى {brand}.",
        button: "",
    },
    password_changed: Text {
        subject: "تغيّرت كلمة مرورك في {brand}",
        body: "تغيّرت كلمة مرور حسابك في {brand}.",
        button: "",
    },
    factor_added: Text {
        subject: "أُضيف تطبيق مصادقة إلى حسابك في {brand}",
        body: "أُضيف تطبيق المصادقة {value} إلى حسابك في {brand}.",
        button: "",
    },
    factor_removed: Text {
        subject: "أُزيل تطبيق مصادقة من حسابك في {brand}",
        body: "أُزيل تطبيق المصادقة {value} من حسابك في {brand}.",
        button: "",
    },
    second_factor_reset: Text {
        subject: "أُزيل العامل الثاني من حسابك في {brand}",
        body: "أُزيلت جميع تطبيقات المصادقة ورموز الاسترداد من حسابك في {brand}.",
        button: "",
    },
    recovery_code_used: Text {
        subject: "استُخدم رمز استرداد لحسابك في {brand}",
        body: "استُخدم رمز استرداد لتسجيل الدخول إلى {brand}. الرموز المتبقية: {value}.",
        button: "",
    },
    recovery_codes_replaced: Text {
        subject: "استُبدلت رموز الاسترداد لحسابك في {brand}",
        body: "أُنشئت رموز استرداد جديدة لحسابك في {brand}. لم تعد الرموز السابقة صالحة.",
        button: "",
    },
    message_code: Text {
        subject: "رمزك في {brand}",
        body: "{value} هو رمزك في {brand}. إنه صالح لمدة 10 دقائق ومرة واحدة، في المتصفح الذي طلبه.\n\nلا تعطه لأحد أبدًا. إذا لم تطلبه، فقد تكون كلمة مرورك معروفة: سجّل الدخول وغيّرها.",
        button: "",
    },
    message_codes_added: Text {
        subject: "أُعدّت رموز بالرسائل لحسابك في {brand}",
        body: "أصبحت الرموز المرسلة إلى {value} عاملًا ثانيًا لحسابك في {brand}.",
        button: "",
    },
    message_codes_removed: Text {
        subject: "أُزيلت الرموز بالرسائل من حسابك في {brand}",
        body: "لم تعد الرموز المرسلة إلى {value} عاملًا ثانيًا لحسابك في {brand}.",
        button: "",
    },
    identity_linked: Text {
        subject: "رُبط مزوّد بحسابك في {brand}",
        body: "رُبط حسابك في {brand} بـ {value}. يمكن الآن تسجيل الدخول هنا بذلك الحساب.",
        button: "",
    },
    identity_unlinked: Text {
        subject: "أُلغي ربط مزوّد بحسابك في {brand}",
        body: "أُلغي الربط بين حسابك في {brand} و {value}.",
        button: "",
    },
    email_changed: Text {
        subject: "تغيّر عنوان حسابك في {brand}",
        body: "أصبح هذا العنوان عنوان حسابك في {brand}.",
        button: "",
    },
    account_deletion: Text {
        subject: "سيُحذف حسابك في {brand}",
        body: "طُلب حذف حسابك في {brand}. يُحذف الحساب في هذا الوقت: {value}.\n\nحتى ذلك الحين يمكنك تسجيل الدخول والاحتفاظ به.",
        button: "",
    },
    test: Text {
        subject: "رسالة تجريبية من {brand}",
        body: "يستطيع {brand} إرسال الرسائل إلى هذا العنوان.",
        button: "",
    },
};
