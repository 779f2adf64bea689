//! French.

use super::texts::{Text, Texts, WithoutPasswords};

pub(super) static TEXTS: Texts = Texts {
    language: "fr",
    direction: "ltr",
    account: "Compte",
    time: "Date et heure",
    network: "Adresse réseau",
    browser: "Navigateur",
    done_by: "Effectué par",
    administrator: "un administrateur",
    link_expires: "Le lien fonctionne une seule fois, jusqu’au {time}.",
    not_me: "Ce n’était pas moi",
    not_me_help: "Si c’était vous, il n’y a rien à faire. Sinon, ouvrez ce lien : toutes les sessions du compte se terminent et un nouveau mot de passe doit être choisi.",
    not_me_without_link: "Si c’était vous, il n’y a rien à faire. Sinon, changez votre mot de passe maintenant.",
    help: "Aide",
    automatic: "{brand} a envoyé ce message automatiquement. Les réponses ne sont pas lues.",
    invitation: Text {
        subject: "Votre nouveau compte {brand}",
        body: "Un compte {brand} a été créé pour vous. Choisissez un mot de passe pour vous connecter.\n\nSi vous n’attendez pas de compte, ignorez ce message.",
        button: "Choisir un mot de passe",
    },
    password_reset: Text {
        subject: "Réinitialiser votre mot de passe pour {brand}",
        body: "Un nouveau mot de passe a été demandé pour votre compte {brand}.\n\nSi vous ne l’avez pas demandé, ignorez ce message. Votre mot de passe reste inchangé.",
        button: "Choisir un nouveau mot de passe",
    },
    email_confirm: Text {
        subject: "Confirmer votre adresse pour {brand}",
        body: "Cette adresse a été saisie pour un compte {brand}. Confirmez qu’elle vous appartient.\n\nSi vous ne l’avez pas saisie, ignorez ce message.",
        button: "Confirmer l’adresse",
    },
    email_change_notice: Text {
        subject: "L’adresse de votre compte {brand} va changer",
        body: "Une autre adresse a été demandée pour votre compte {brand} : {value}.\n\nSi ce n’était pas vous, annulez le changement. Toutes les sessions du compte se terminent et un nouveau mot de passe doit être choisi.",
        button: "Annuler le changement",
    },
    sign_in_ways: Text {
        subject: "Comment vous connecter à {brand}",
        body: "Un nouveau mot de passe a été demandé pour votre compte {brand}. Votre compte n’a pas de mot de passe : connectez-vous avec {value}.\n\nSi vous ne l’avez pas demandé, ignorez ce message.",
        button: "",
    },
    address_taken: Text {
        subject: "Votre adresse a été saisie sur {brand}",
        body: "Cette adresse a été saisie pour un autre compte {brand}. Elle appartient à votre compte, rien n’a donc changé.\n\nSi vous l’avez saisie, connectez-vous au compte qui a cette adresse.",
        button: "",
    },
    email_change_cancelled: Text {
        subject: "Le changement d’une adresse sur {brand} a été annulé",
        body: "Le changement de l’adresse d’un compte {brand} a été annulé. Toutes les sessions du compte sont terminées. Si le compte a un mot de passe, un nouveau doit être choisi. Ses clés d’accès ne sont plus que des seconds facteurs, sauf si le compte n’a pas d’autre méthode de connexion.",
        button: "",
    },
    attack_reported: Text {
        subject: "Toutes les sessions de votre compte {brand} sont terminées",
        body: "Il a été signalé qu’une action dans votre compte {brand} ne venait pas de vous. Toutes les sessions sont terminées, aucun appareil n’est approuvé et un changement d’adresse en cours a été abandonné. Les clés d’accès ne sont plus que des seconds facteurs, sauf si votre compte n’a pas d’autre méthode de connexion.\n\nSi votre compte a un mot de passe, demandez-en un nouveau sur la page de connexion : l’ancien ne permet plus de se connecter. Connectez-vous ensuite et supprimez de votre compte toute clé d’accès, toute application d’authentification et tout fournisseur qui ne sont pas les vôtres.",
        button: "",
    },
    unknown_device: Text {
        subject: "Nouvelle connexion à votre compte {brand}",
        body: "Un navigateur que votre compte ne connaissait pas s’est connecté à {brand}.",
        button: "",
    },
    password_changed: Text {
        subject: "Votre mot de passe pour {brand} a été changé",
        body: "Le mot de passe de votre compte {brand} a été changé.",
        button: "",
    },
    factor_added: Text {
        subject: "Un second facteur a été ajouté à votre compte {brand}",
        body: "Le second facteur {value} a été ajouté à votre compte {brand}.",
        button: "",
    },
    factor_removed: Text {
        subject: "Un second facteur a été supprimé de votre compte {brand}",
        body: "Le second facteur {value} a été supprimé de votre compte {brand}.",
        button: "",
    },
    passkey_added: Text {
        subject: "Une clé d’accès a été ajoutée à votre compte {brand}",
        body: "La clé d’accès {value} a été ajoutée à votre compte {brand}.",
        button: "",
    },
    passkey_alone: "Elle suffit pour se connecter à votre compte, sans autre méthode de connexion.",
    passkey_factor_only: "Elle fonctionne seulement comme second facteur, après une autre méthode de connexion.",
    passkey_removed: Text {
        subject: "Une clé d’accès a été supprimée de votre compte {brand}",
        body: "La clé d’accès {value} a été supprimée de votre compte {brand}. Elle ne permet plus de se connecter.",
        button: "",
    },
    second_factor_reset: Text {
        subject: "Toutes les clés d’accès et tous les seconds facteurs de votre compte {brand} ont été supprimés",
        body: "Toutes les clés d’accès, tous les seconds facteurs et tous les codes de récupération de votre compte {brand} ont été supprimés.",
        button: "",
    },
    recovery_code_used: Text {
        subject: "Un code de récupération de votre compte {brand} a été utilisé",
        body: "Un code de récupération a été utilisé pour se connecter à {brand}. Codes restants : {value}.",
        button: "",
    },
    recovery_codes_replaced: Text {
        subject: "Les codes de récupération de votre compte {brand} ont été remplacés",
        body: "De nouveaux codes de récupération ont été créés pour votre compte {brand}. Les codes précédents ne fonctionnent plus.",
        button: "",
    },
    message_code: Text {
        subject: "Votre code pour {brand}",
        body: "{value} est votre code pour {brand}. Il est valable 10 minutes et une seule fois, dans le navigateur qui l’a demandé.\n\nNe le communiquez jamais. Si vous ne l’avez pas demandé, votre mot de passe est peut-être connu : connectez-vous et changez-le.",
        button: "",
    },
    message_codes_added: Text {
        subject: "Des codes par message ont été configurés pour votre compte {brand}",
        body: "Les codes envoyés à {value} sont maintenant un second facteur de votre compte {brand}.",
        button: "",
    },
    message_codes_removed: Text {
        subject: "Les codes par message ont été supprimés de votre compte {brand}",
        body: "Les codes envoyés à {value} ne sont plus un second facteur de votre compte {brand}.",
        button: "",
    },
    identity_linked: Text {
        subject: "Un fournisseur a été associé à votre compte {brand}",
        body: "Votre compte {brand} a été associé à {value}. Ce compte permet désormais de se connecter ici.",
        button: "",
    },
    identity_unlinked: Text {
        subject: "Un fournisseur a été dissocié de votre compte {brand}",
        body: "L’association entre votre compte {brand} et {value} a été supprimée.",
        button: "",
    },
    email_changed: Text {
        subject: "L’adresse de votre compte {brand} a été changée",
        body: "L’adresse de votre compte {brand} est désormais celle-ci.",
        button: "",
    },
    account_deletion: Text {
        subject: "Votre compte {brand} va être supprimé",
        body: "La suppression de votre compte {brand} a été demandée. Le compte sera supprimé à cette date : {value}.\n\nD’ici là, vous pouvez vous connecter et le conserver.",
        button: "",
    },
    test: Text {
        subject: "Message de test de {brand}",
        body: "{brand} peut envoyer des messages à cette adresse.",
        button: "",
    },
    without_passwords: WithoutPasswords {
        not_me_help: "Si c’était vous, il n’y a rien à faire. Sinon, ouvrez ce lien : toutes les sessions du compte se terminent.",
        not_me_without_link: "Si c’était vous, il n’y a rien à faire. Sinon, connectez-vous maintenant, terminez les autres sessions et supprimez de votre compte toute clé d’accès qui n’est pas la vôtre.",
        invitation: Text {
            subject: "Votre nouveau compte {brand}",
            body: "Un compte {brand} a été créé pour vous. Ajoutez une clé d’accès pour vous connecter : avec l’empreinte digitale, le visage ou le code PIN de votre appareil, ou avec une clé de sécurité.\n\nSi vous n’attendez pas de compte, ignorez ce message.",
            button: "Ajouter une clé d’accès",
        },
        password_reset: Text {
            subject: "Votre nouvelle clé d’accès pour {brand}",
            body: "Un administrateur vous permet d’ajouter une clé d’accès à votre compte {brand}. Vous vous connectez ensuite avec l’empreinte digitale, le visage ou le code PIN de votre appareil, ou avec une clé de sécurité.\n\nSi vous n’attendez pas ce message, ignorez-le. Votre compte reste inchangé.",
            button: "Ajouter une clé d’accès",
        },
        email_change_notice: Text {
            subject: "L’adresse de votre compte {brand} va changer",
            body: "Une autre adresse a été demandée pour votre compte {brand} : {value}.\n\nSi ce n’était pas vous, annulez le changement. Toutes les sessions du compte se terminent.",
            button: "Annuler le changement",
        },
        email_change_cancelled: Text {
            subject: "Le changement d’une adresse sur {brand} a été annulé",
            body: "Le changement de l’adresse d’un compte {brand} a été annulé. Toutes les sessions du compte sont terminées. Ses clés d’accès ne sont plus que des seconds facteurs, sauf si le compte n’a pas d’autre méthode de connexion.",
            button: "",
        },
        attack_reported: Text {
            subject: "Toutes les sessions de votre compte {brand} sont terminées",
            body: "Il a été signalé qu’une action dans votre compte {brand} ne venait pas de vous. Toutes les sessions sont terminées, aucun appareil n’est approuvé et un changement d’adresse en cours a été abandonné. Les clés d’accès ne sont plus que des seconds facteurs, sauf si votre compte n’a pas d’autre méthode de connexion.\n\nConnectez-vous de nouveau et supprimez de votre compte toute clé d’accès, toute application d’authentification et tout fournisseur qui ne sont pas les vôtres. Si vous ne pouvez pas vous connecter, adressez-vous à votre administrateur.",
            button: "",
        },
        message_code: Text {
            subject: "Votre code pour {brand}",
            body: "{value} est votre code pour {brand}. Il est valable 10 minutes et une seule fois, dans le navigateur qui l’a demandé.\n\nNe le communiquez jamais. Si vous ne l’avez pas demandé, un attaquant utilise peut-être votre compte : connectez-vous et terminez les autres sessions.",
            button: "",
        },
    },
};
