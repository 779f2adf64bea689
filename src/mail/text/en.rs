//! English.

use super::texts::{Text, Texts, WithoutPasswords};

pub(super) static TEXTS: Texts = Texts {
    language: "en",
    direction: "ltr",
    account: "Account",
    time: "Time",
    network: "Network address",
    browser: "Browser",
    done_by: "Done by",
    administrator: "an administrator",
    link_expires: "The link works once, until {time}.",
    not_me: "This was not me",
    not_me_help: "If this was you, there is nothing to do. If it was not you, open this link: all sessions of the account end, and a new password must be chosen.",
    not_me_without_link: "If this was you, there is nothing to do. If it was not you, change your password now.",
    help: "Help",
    automatic: "{brand} sent this message automatically. Replies are not read.",
    invitation: Text {
        subject: "Your new account at {brand}",
        body: "An account was created for you at {brand}. Choose a password to sign in.\n\nIf you do not expect an account there, ignore this message.",
        button: "Choose a password",
    },
    password_reset: Text {
        subject: "Reset your password for {brand}",
        body: "A new password was requested for your account at {brand}.\n\nIf you did not request it, ignore this message. Your password stays as it is.",
        button: "Choose a new password",
    },
    email_confirm: Text {
        subject: "Confirm your address for {brand}",
        body: "This address was entered for an account at {brand}. Confirm that it is yours.\n\nIf you did not enter it, ignore this message.",
        button: "Confirm the address",
    },
    email_change_notice: Text {
        subject: "The address of your account at {brand} is about to change",
        body: "Another address was requested for your account at {brand}: {value}.\n\nIf this was not you, cancel the change. All sessions of the account end, and a new password must be chosen.",
        button: "Cancel the change",
    },
    sign_in_ways: Text {
        subject: "How to sign in to {brand}",
        body: "A new password was requested for your account at {brand}. Your account has no password: sign in through {value}.\n\nIf you did not request it, ignore this message.",
        button: "",
    },
    address_taken: Text {
        subject: "Your address was entered at {brand}",
        body: "This address was entered for another account at {brand}. It belongs to your account, so nothing has changed.\n\nIf you entered it, sign in to the account that has this address.",
        button: "",
    },
    email_change_cancelled: Text {
        subject: "The change of an address at {brand} was cancelled",
        body: "The change of the address of an account at {brand} was cancelled. All sessions of the account have ended. If the account has a password, a new one must be chosen. Its passkeys are second factors only, unless the account has no other sign-in method.",
        button: "",
    },
    attack_reported: Text {
        subject: "All sessions of your account at {brand} have ended",
        body: "It was reported that an action in your account at {brand} was not yours. All sessions have ended, no device is trusted, and a pending change of the address was dropped. Passkeys are second factors only, unless your account has no other sign-in method.\n\nIf your account has a password, request a new one on the login page: the present one no longer signs in. Then sign in, and remove every passkey, authenticator app and provider from your account that is not yours.",
        button: "",
    },
    unknown_device: Text {
        subject: "New login to your account at {brand}",
        body: "A browser that your account did not know signed in to {brand}.",
        button: "",
    },
    password_changed: Text {
        subject: "Your password for {brand} was changed",
        body: "The password of your account at {brand} was changed.",
        button: "",
    },
    factor_added: Text {
        subject: "A second factor was added to your account at {brand}",
        body: "The second factor {value} was added to your account at {brand}.",
        button: "",
    },
    factor_removed: Text {
        subject: "A second factor was removed from your account at {brand}",
        body: "The second factor {value} was removed from your account at {brand}.",
        button: "",
    },
    passkey_added: Text {
        subject: "A passkey was added to your account at {brand}",
        body: "The passkey {value} was added to your account at {brand}.",
        button: "",
    },
    passkey_alone: "It is enough to sign in to your account, without another sign-in method.",
    passkey_factor_only: "It works only as a second factor, after another sign-in method.",
    passkey_removed: Text {
        subject: "A passkey was removed from your account at {brand}",
        body: "The passkey {value} was removed from your account at {brand}. It can no longer be used to sign in.",
        button: "",
    },
    second_factor_reset: Text {
        subject: "All passkeys and second factors of your account at {brand} were removed",
        body: "All passkeys, second factors and recovery codes of your account at {brand} were removed.",
        button: "",
    },
    recovery_code_used: Text {
        subject: "A recovery code of your account at {brand} was used",
        body: "A recovery code was used to sign in to {brand}. Unused codes left: {value}.",
        button: "",
    },
    recovery_codes_replaced: Text {
        subject: "The recovery codes of your account at {brand} were replaced",
        body: "New recovery codes were created for your account at {brand}. The previous codes no longer work.",
        button: "",
    },
    message_code: Text {
        subject: "Your code for {brand}",
        body: "{value} is your code for {brand}. It is valid for 10 minutes and works once, in the browser that requested it.\n\nNever pass it on. If you did not request it, your password may be known: sign in and change it.",
        button: "",
    },
    message_codes_added: Text {
        subject: "Codes by message were set up for your account at {brand}",
        body: "Codes to {value} were set up as a second factor of your account at {brand}.",
        button: "",
    },
    message_codes_removed: Text {
        subject: "Codes by message were removed from your account at {brand}",
        body: "Codes to {value} are no longer a second factor of your account at {brand}.",
        button: "",
    },
    identity_linked: Text {
        subject: "A provider was linked to your account at {brand}",
        body: "Your account at {brand} was linked to {value}. That account can now sign in here.",
        button: "",
    },
    identity_unlinked: Text {
        subject: "A provider was unlinked from your account at {brand}",
        body: "The link between your account at {brand} and {value} was removed.",
        button: "",
    },
    email_changed: Text {
        subject: "The address of your account at {brand} was changed",
        body: "The address of your account at {brand} was changed to this one.",
        button: "",
    },
    account_deletion: Text {
        subject: "Your account at {brand} will be deleted",
        body: "The deletion of your account at {brand} was requested. The account is deleted at this time: {value}.\n\nUntil then you can sign in and keep it.",
        button: "",
    },
    test: Text {
        subject: "Test message of {brand}",
        body: "{brand} can send mail to this address.",
        button: "",
    },
    without_passwords: WithoutPasswords {
        not_me_help: "If this was you, there is nothing to do. If it was not you, open this link: all sessions of the account end.",
        not_me_without_link: "If this was you, there is nothing to do. If it was not you, sign in now, end the other sessions, and remove every passkey from your account that is not yours.",
        invitation: Text {
            subject: "Your new account at {brand}",
            body: "An account was created for you at {brand}. Add a passkey to sign in: with the fingerprint, the face or the PIN of your device, or with a security key.\n\nIf you do not expect an account there, ignore this message.",
            button: "Add a passkey",
        },
        password_reset: Text {
            subject: "Your new passkey for {brand}",
            body: "An administrator lets you add a passkey to your account at {brand}. You then sign in with the fingerprint, the face or the PIN of your device, or with a security key.\n\nIf you do not expect this, ignore this message. Your account stays as it is.",
            button: "Add a passkey",
        },
        email_change_notice: Text {
            subject: "The address of your account at {brand} is about to change",
            body: "Another address was requested for your account at {brand}: {value}.\n\nIf this was not you, cancel the change. All sessions of the account end.",
            button: "Cancel the change",
        },
        email_change_cancelled: Text {
            subject: "The change of an address at {brand} was cancelled",
            body: "The change of the address of an account at {brand} was cancelled. All sessions of the account have ended. Its passkeys are second factors only, unless the account has no other sign-in method.",
            button: "",
        },
        attack_reported: Text {
            subject: "All sessions of your account at {brand} have ended",
            body: "It was reported that an action in your account at {brand} was not yours. All sessions have ended, no device is trusted, and a pending change of the address was dropped. Passkeys are second factors only, unless your account has no other sign-in method.\n\nSign in again, and remove every passkey, authenticator app and provider from your account that is not yours. If you cannot sign in, ask your administrator.",
            button: "",
        },
        message_code: Text {
            subject: "Your code for {brand}",
            body: "{value} is your code for {brand}. It is valid for 10 minutes and works once, in the browser that requested it.\n\nNever pass it on. If you did not request it, an attacker may use your account: sign in, and end the other sessions.",
            button: "",
        },
    },
};
