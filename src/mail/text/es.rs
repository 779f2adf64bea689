//! Spanish.

use super::texts::{Text, Texts, WithoutPasswords};

pub(super) static TEXTS: Texts = Texts {
    language: "es",
    direction: "ltr",
    account: "Cuenta",
    time: "Fecha y hora",
    network: "Dirección de red",
    browser: "Navegador",
    done_by: "Realizado por",
    administrator: "un administrador",
    link_expires: "El enlace funciona una sola vez, hasta {time}.",
    not_me: "No fui yo",
    not_me_help: "Si fue usted, no tiene que hacer nada. Si no, abra este enlace: todas las sesiones de la cuenta terminan y se debe elegir una contraseña nueva.",
    not_me_without_link: "Si fue usted, no tiene que hacer nada. Si no, cambie su contraseña ahora.",
    help: "Ayuda",
    automatic: "{brand} envió este mensaje automáticamente. Las respuestas no se leen.",
    invitation: Text {
        subject: "Su nueva cuenta de {brand}",
        body: "Se creó una cuenta de {brand} para usted. Elija una contraseña para iniciar sesión.\n\nSi no espera ninguna cuenta, ignore este mensaje.",
        button: "Elegir una contraseña",
    },
    password_reset: Text {
        subject: "Restablecer su contraseña de {brand}",
        body: "Se solicitó una contraseña nueva para su cuenta de {brand}.\n\nSi no la solicitó, ignore este mensaje. Su contraseña no cambia.",
        button: "Elegir una contraseña nueva",
    },
    email_confirm: Text {
        subject: "Confirmar su dirección para {brand}",
        body: "Esta dirección se introdujo para una cuenta de {brand}. Confirme que es suya.\n\nSi no la introdujo, ignore este mensaje.",
        button: "Confirmar la dirección",
    },
    email_change_notice: Text {
        subject: "La dirección de su cuenta de {brand} va a cambiar",
        body: "Se solicitó otra dirección para su cuenta de {brand}: {value}.\n\nSi no fue usted, cancele el cambio. Todas las sesiones de la cuenta terminan y se debe elegir una contraseña nueva.",
        button: "Cancelar el cambio",
    },
    sign_in_ways: Text {
        subject: "Cómo iniciar sesión en {brand}",
        body: "Se solicitó una contraseña nueva para su cuenta de {brand}. Su cuenta no tiene contraseña: inicie sesión con {value}.\n\nSi no la solicitó, ignore este mensaje.",
        button: "",
    },
    address_taken: Text {
        subject: "Su dirección se introdujo en {brand}",
        body: "Esta dirección se introdujo para otra cuenta de {brand}. Pertenece a su cuenta, así que nada ha cambiado.\n\nSi la introdujo usted, inicie sesión en la cuenta que tiene esta dirección.",
        button: "",
    },
    email_change_cancelled: Text {
        subject: "Se canceló el cambio de una dirección en {brand}",
        body: "Se canceló el cambio de la dirección de una cuenta de {brand}. Todas las sesiones de la cuenta han terminado. Si la cuenta tiene contraseña, se debe elegir una nueva. Sus claves de acceso son solo segundos factores, salvo que la cuenta no tenga otro método de inicio de sesión.",
        button: "",
    },
    attack_reported: Text {
        subject: "Todas las sesiones de su cuenta de {brand} han terminado",
        body: "Se notificó que una acción en su cuenta de {brand} no fue suya. Todas las sesiones han terminado, ningún dispositivo es de confianza y se descartó un cambio de dirección pendiente. Las claves de acceso son solo segundos factores, salvo que su cuenta no tenga otro método de inicio de sesión.\n\nSi su cuenta tiene contraseña, solicite una nueva en la página de inicio de sesión: la anterior ya no permite iniciar sesión. Después, inicie sesión y elimine de su cuenta toda clave de acceso, toda aplicación de autenticación y todo proveedor que no sean suyos.",
        button: "",
    },
    unknown_device: Text {
        subject: "Nuevo inicio de sesión en su cuenta de {brand}",
        body: "Un navegador que su cuenta no conocía inició sesión en {brand}.",
        button: "",
    },
    password_changed: Text {
        subject: "Su contraseña de {brand} ha cambiado",
        body: "La contraseña de su cuenta de {brand} ha cambiado.",
        button: "",
    },
    factor_added: Text {
        subject: "Se añadió un segundo factor a su cuenta de {brand}",
        body: "El segundo factor {value} se añadió a su cuenta de {brand}.",
        button: "",
    },
    factor_removed: Text {
        subject: "Se eliminó un segundo factor de su cuenta de {brand}",
        body: "El segundo factor {value} se eliminó de su cuenta de {brand}.",
        button: "",
    },
    passkey_added: Text {
        subject: "Se añadió una clave de acceso a su cuenta de {brand}",
        body: "La clave de acceso {value} se añadió a su cuenta de {brand}.",
        button: "",
    },
    passkey_alone: "Basta por sí sola para iniciar sesión en su cuenta.",
    passkey_factor_only: "Funciona solo como segundo factor, después de otro método de inicio de sesión.",
    passkey_removed: Text {
        subject: "Se eliminó una clave de acceso de su cuenta de {brand}",
        body: "La clave de acceso {value} se eliminó de su cuenta de {brand}. Ya no permite iniciar sesión.",
        button: "",
    },
    second_factor_reset: Text {
        subject: "Se eliminaron todas las claves de acceso y todos los segundos factores de su cuenta de {brand}",
        body: "Se eliminaron todas las claves de acceso, todos los segundos factores y todos los códigos de recuperación de su cuenta de {brand}.",
        button: "",
    },
    recovery_code_used: Text {
        subject: "Se usó un código de recuperación de su cuenta de {brand}",
        body: "Se usó un código de recuperación para iniciar sesión en {brand}. Códigos restantes: {value}.",
        button: "",
    },
    recovery_codes_replaced: Text {
        subject: "Se reemplazaron los códigos de recuperación de su cuenta de {brand}",
        body: "Se crearon códigos de recuperación nuevos para su cuenta de {brand}. Los códigos anteriores ya no funcionan.",
        button: "",
    },
    message_code: Text {
        subject: "Su código para {brand}",
        body: "{value} es su código para {brand}. Es válido durante 10 minutos y una sola vez, en el navegador que lo solicitó.\n\nNo lo comparta nunca. Si no lo solicitó, es posible que se conozca su contraseña: inicie sesión y cámbiela.",
        button: "",
    },
    message_codes_added: Text {
        subject: "Se configuraron códigos por mensaje en su cuenta de {brand}",
        body: "Los códigos a {value} son ahora un segundo factor de su cuenta de {brand}.",
        button: "",
    },
    message_codes_removed: Text {
        subject: "Se eliminaron los códigos por mensaje de su cuenta de {brand}",
        body: "Los códigos a {value} ya no son un segundo factor de su cuenta de {brand}.",
        button: "",
    },
    identity_linked: Text {
        subject: "Se vinculó un proveedor a su cuenta de {brand}",
        body: "Su cuenta de {brand} se vinculó a {value}. Con esa cuenta ya se puede iniciar sesión aquí.",
        button: "",
    },
    identity_unlinked: Text {
        subject: "Se desvinculó un proveedor de su cuenta de {brand}",
        body: "Se eliminó el vínculo entre su cuenta de {brand} y {value}.",
        button: "",
    },
    email_changed: Text {
        subject: "La dirección de su cuenta de {brand} ha cambiado",
        body: "La dirección de su cuenta de {brand} es ahora esta.",
        button: "",
    },
    account_deletion: Text {
        subject: "Su cuenta de {brand} se eliminará",
        body: "Se solicitó la eliminación de su cuenta de {brand}. La cuenta se elimina en este momento: {value}.\n\nHasta entonces puede iniciar sesión y conservarla.",
        button: "",
    },
    test: Text {
        subject: "Mensaje de prueba de {brand}",
        body: "{brand} puede enviar mensajes a esta dirección.",
        button: "",
    },
    without_passwords: WithoutPasswords {
        not_me_help: "Si fue usted, no tiene que hacer nada. Si no, abra este enlace: todas las sesiones de la cuenta terminan.",
        not_me_without_link: "Si fue usted, no tiene que hacer nada. Si no, inicie sesión ahora, termine las demás sesiones y elimine de su cuenta toda clave de acceso que no sea suya.",
        invitation: Text {
            subject: "Su nueva cuenta de {brand}",
            body: "Se creó una cuenta de {brand} para usted. Añada una clave de acceso para iniciar sesión: con la huella, la cara o el PIN de su dispositivo, o con una llave de seguridad.\n\nSi no espera ninguna cuenta, ignore este mensaje.",
            button: "Añadir una clave de acceso",
        },
        password_reset: Text {
            subject: "Su nueva clave de acceso para {brand}",
            body: "Un administrador le permite añadir una clave de acceso a su cuenta de {brand}. Después inicia sesión con la huella, la cara o el PIN de su dispositivo, o con una llave de seguridad.\n\nSi no lo espera, ignore este mensaje. Su cuenta no cambia.",
            button: "Añadir una clave de acceso",
        },
        email_change_notice: Text {
            subject: "La dirección de su cuenta de {brand} va a cambiar",
            body: "Se solicitó otra dirección para su cuenta de {brand}: {value}.\n\nSi no fue usted, cancele el cambio. Todas las sesiones de la cuenta terminan.",
            button: "Cancelar el cambio",
        },
        email_change_cancelled: Text {
            subject: "Se canceló el cambio de una dirección en {brand}",
            body: "Se canceló el cambio de la dirección de una cuenta de {brand}. Todas las sesiones de la cuenta han terminado. Sus claves de acceso son solo segundos factores, salvo que la cuenta no tenga otro método de inicio de sesión.",
            button: "",
        },
        attack_reported: Text {
            subject: "Todas las sesiones de su cuenta de {brand} han terminado",
            body: "Se notificó que una acción en su cuenta de {brand} no fue suya. Todas las sesiones han terminado, ningún dispositivo es de confianza y se descartó un cambio de dirección pendiente. Las claves de acceso son solo segundos factores, salvo que su cuenta no tenga otro método de inicio de sesión.\n\nInicie sesión de nuevo y elimine de su cuenta toda clave de acceso, toda aplicación de autenticación y todo proveedor que no sean suyos. Si no puede iniciar sesión, consulte a su administrador.",
            button: "",
        },
        message_code: Text {
            subject: "Su código para {brand}",
            body: "{value} es su código para {brand}. Es válido durante 10 minutos y una sola vez, en el navegador que lo solicitó.\n\nNo lo comparta nunca. Si no lo solicitó, es posible que un atacante use su cuenta: inicie sesión y termine las demás sesiones.",
            button: "",
        },
    },
};
