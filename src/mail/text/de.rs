//! German.

use super::texts::{Text, Texts, WithoutPasswords};

pub(super) static TEXTS: Texts = Texts {
    language: "de",
    direction: "ltr",
    account: "Konto",
    time: "Zeit",
    network: "Netzwerkadresse",
    browser: "Browser",
    done_by: "Ausgeführt von",
    administrator: "einem Administrator",
    link_expires: "Der Link funktioniert einmal, bis {time}.",
    not_me: "Das war ich nicht",
    not_me_help: "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, öffnen Sie diesen Link: Alle Sitzungen des Kontos enden, und ein neues Passwort muss gewählt werden.",
    not_me_without_link: "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, ändern Sie jetzt Ihr Passwort.",
    help: "Hilfe",
    automatic: "{brand} hat diese Nachricht automatisch gesendet. Antworten werden nicht gelesen.",
    invitation: Text {
        subject: "Ihr neues Konto bei {brand}",
        body: "Für Sie wurde ein Konto bei {brand} angelegt. Wählen Sie ein Passwort, um sich anzumelden.\n\nWenn Sie dort kein Konto erwarten, ignorieren Sie diese Nachricht.",
        button: "Passwort wählen",
    },
    password_reset: Text {
        subject: "Passwort für {brand} zurücksetzen",
        body: "Für Ihr Konto bei {brand} wurde ein neues Passwort angefordert.\n\nWenn Sie es nicht angefordert haben, ignorieren Sie diese Nachricht. Ihr Passwort bleibt, wie es ist.",
        button: "Neues Passwort wählen",
    },
    email_confirm: Text {
        subject: "Adresse für {brand} bestätigen",
        body: "Diese Adresse wurde für ein Konto bei {brand} eingegeben. Bestätigen Sie, dass sie Ihnen gehört.\n\nWenn Sie sie nicht eingegeben haben, ignorieren Sie diese Nachricht.",
        button: "Adresse bestätigen",
    },
    email_change_notice: Text {
        subject: "Die Adresse Ihres Kontos bei {brand} wird geändert",
        body: "Für Ihr Konto bei {brand} wurde eine andere Adresse angefordert: {value}.\n\nWenn Sie das nicht waren, brechen Sie die Änderung ab. Alle Sitzungen des Kontos enden, und ein neues Passwort muss gewählt werden.",
        button: "Änderung abbrechen",
    },
    sign_in_ways: Text {
        subject: "So melden Sie sich bei {brand} an",
        body: "Für Ihr Konto bei {brand} wurde ein neues Passwort angefordert. Ihr Konto hat kein Passwort: Melden Sie sich über {value} an.\n\nWenn Sie es nicht angefordert haben, ignorieren Sie diese Nachricht.",
        button: "",
    },
    address_taken: Text {
        subject: "Ihre Adresse wurde bei {brand} eingegeben",
        body: "Diese Adresse wurde für ein anderes Konto bei {brand} eingegeben. Sie gehört zu Ihrem Konto, daher hat sich nichts geändert.\n\nWenn Sie sie eingegeben haben, melden Sie sich in dem Konto mit dieser Adresse an.",
        button: "",
    },
    email_change_cancelled: Text {
        subject: "Die Änderung einer Adresse bei {brand} wurde abgebrochen",
        body: "Die Änderung der Adresse eines Kontos bei {brand} wurde abgebrochen. Alle Sitzungen des Kontos sind beendet. Wenn das Konto ein Passwort hat, muss ein neues gewählt werden. Seine Passkeys sind nur noch zweite Faktoren, außer wenn das Konto keine andere Anmeldemethode hat.",
        button: "",
    },
    attack_reported: Text {
        subject: "Alle Sitzungen Ihres Kontos bei {brand} sind beendet",
        body: "Es wurde gemeldet, dass eine Aktion in Ihrem Konto bei {brand} nicht von Ihnen war. Alle Sitzungen sind beendet, kein Gerät ist vertrauenswürdig, und eine begonnene Änderung der Adresse wurde verworfen. Passkeys sind nur noch zweite Faktoren, außer wenn Ihr Konto keine andere Anmeldemethode hat.\n\nWenn Ihr Konto ein Passwort hat, fordern Sie auf der Anmeldeseite ein neues an: Mit dem bisherigen ist keine Anmeldung mehr möglich. Melden Sie sich danach an, und entfernen Sie jeden Passkey, jede Authenticator-App und jeden Anbieter aus Ihrem Konto, die nicht von Ihnen sind.",
        button: "",
    },
    unknown_device: Text {
        subject: "Neue Anmeldung in Ihrem Konto bei {brand}",
        body: "Ein Browser, den Ihr Konto nicht kannte, hat sich bei {brand} angemeldet.",
        button: "",
    },
    password_changed: Text {
        subject: "Ihr Passwort für {brand} wurde geändert",
        body: "Das Passwort Ihres Kontos bei {brand} wurde geändert.",
        button: "",
    },
    factor_added: Text {
        subject: "Ihrem Konto bei {brand} wurde ein zweiter Faktor hinzugefügt",
        body: "Der zweite Faktor {value} wurde Ihrem Konto bei {brand} hinzugefügt.",
        button: "",
    },
    factor_removed: Text {
        subject: "Aus Ihrem Konto bei {brand} wurde ein zweiter Faktor entfernt",
        body: "Der zweite Faktor {value} wurde aus Ihrem Konto bei {brand} entfernt.",
        button: "",
    },
    passkey_added: Text {
        subject: "Ihrem Konto bei {brand} wurde ein Passkey hinzugefügt",
        body: "Der Passkey {value} wurde Ihrem Konto bei {brand} hinzugefügt.",
        button: "",
    },
    passkey_alone: "Er genügt für die Anmeldung in Ihrem Konto, ohne eine andere Anmeldemethode.",
    passkey_factor_only: "Er funktioniert nur als zweiter Faktor, nach einer anderen Anmeldemethode.",
    passkey_removed: Text {
        subject: "Aus Ihrem Konto bei {brand} wurde ein Passkey entfernt",
        body: "Der Passkey {value} wurde aus Ihrem Konto bei {brand} entfernt. Mit ihm ist keine Anmeldung mehr möglich.",
        button: "",
    },
    second_factor_reset: Text {
        subject: "Alle Passkeys und zweiten Faktoren Ihres Kontos bei {brand} wurden entfernt",
        body: "Alle Passkeys, zweiten Faktoren und Wiederherstellungscodes Ihres Kontos bei {brand} wurden entfernt.",
        button: "",
    },
    recovery_code_used: Text {
        subject: "Ein Wiederherstellungscode Ihres Kontos bei {brand} wurde benutzt",
        body: "Ein Wiederherstellungscode wurde benutzt, um sich bei {brand} anzumelden. Verbleibende Codes: {value}.",
        button: "",
    },
    recovery_codes_replaced: Text {
        subject: "Die Wiederherstellungscodes Ihres Kontos bei {brand} wurden ersetzt",
        body: "Für Ihr Konto bei {brand} wurden neue Wiederherstellungscodes erstellt. Die bisherigen Codes funktionieren nicht mehr.",
        button: "",
    },
    message_code: Text {
        subject: "Ihr Code für {brand}",
        body: "{value} ist Ihr Code für {brand}. Er gilt 10 Minuten und einmal, in dem Browser, der ihn angefordert hat.\n\nGeben Sie ihn nie weiter. Wenn Sie ihn nicht angefordert haben, ist Ihr Passwort vielleicht bekannt: Melden Sie sich an und ändern Sie es.",
        button: "",
    },
    message_codes_added: Text {
        subject: "Für Ihr Konto bei {brand} wurden Codes per Nachricht eingerichtet",
        body: "Codes an {value} wurden als zweiter Faktor Ihres Kontos bei {brand} eingerichtet.",
        button: "",
    },
    message_codes_removed: Text {
        subject: "Aus Ihrem Konto bei {brand} wurden Codes per Nachricht entfernt",
        body: "Codes an {value} sind kein zweiter Faktor Ihres Kontos bei {brand} mehr.",
        button: "",
    },
    identity_linked: Text {
        subject: "Ein Anbieter wurde mit Ihrem Konto bei {brand} verknüpft",
        body: "Ihr Konto bei {brand} wurde mit {value} verknüpft. Mit jenem Konto ist nun eine Anmeldung hier möglich.",
        button: "",
    },
    identity_unlinked: Text {
        subject: "Die Verknüpfung Ihres Kontos bei {brand} mit einem Anbieter wurde gelöst",
        body: "Die Verknüpfung zwischen Ihrem Konto bei {brand} und {value} wurde gelöst.",
        button: "",
    },
    email_changed: Text {
        subject: "Die Adresse Ihres Kontos bei {brand} wurde geändert",
        body: "Die Adresse Ihres Kontos bei {brand} wurde in diese geändert.",
        button: "",
    },
    account_deletion: Text {
        subject: "Ihr Konto bei {brand} wird gelöscht",
        body: "Die Löschung Ihres Kontos bei {brand} wurde angefordert. Das Konto wird zu dieser Zeit gelöscht: {value}.\n\nBis dahin können Sie sich anmelden und es behalten.",
        button: "",
    },
    test: Text {
        subject: "Testnachricht von {brand}",
        body: "{brand} kann Nachrichten an diese Adresse senden.",
        button: "",
    },
    without_passwords: WithoutPasswords {
        not_me_help: "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, öffnen Sie diesen Link: Alle Sitzungen des Kontos enden.",
        not_me_without_link: "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, melden Sie sich jetzt an, beenden Sie die anderen Sitzungen, und entfernen Sie jeden Passkey aus Ihrem Konto, der nicht von Ihnen ist.",
        invitation: Text {
            subject: "Ihr neues Konto bei {brand}",
            body: "Für Sie wurde ein Konto bei {brand} angelegt. Fügen Sie einen Passkey hinzu, um sich anzumelden: mit dem Fingerabdruck, dem Gesicht oder der PIN Ihres Geräts, oder mit einem Sicherheitsschlüssel.\n\nWenn Sie dort kein Konto erwarten, ignorieren Sie diese Nachricht.",
            button: "Passkey hinzufügen",
        },
        password_reset: Text {
            subject: "Ihr neuer Passkey für {brand}",
            body: "Ihre Administration lässt Sie Ihrem Konto bei {brand} einen Passkey hinzufügen. Danach melden Sie sich mit dem Fingerabdruck, dem Gesicht oder der PIN Ihres Geräts an, oder mit einem Sicherheitsschlüssel.\n\nWenn Sie das nicht erwarten, ignorieren Sie diese Nachricht. Ihr Konto bleibt, wie es ist.",
            button: "Passkey hinzufügen",
        },
        email_change_notice: Text {
            subject: "Die Adresse Ihres Kontos bei {brand} wird geändert",
            body: "Für Ihr Konto bei {brand} wurde eine andere Adresse angefordert: {value}.\n\nWenn Sie das nicht waren, brechen Sie die Änderung ab. Alle Sitzungen des Kontos enden.",
            button: "Änderung abbrechen",
        },
        email_change_cancelled: Text {
            subject: "Die Änderung einer Adresse bei {brand} wurde abgebrochen",
            body: "Die Änderung der Adresse eines Kontos bei {brand} wurde abgebrochen. Alle Sitzungen des Kontos sind beendet. Seine Passkeys sind nur noch zweite Faktoren, außer wenn das Konto keine andere Anmeldemethode hat.",
            button: "",
        },
        attack_reported: Text {
            subject: "Alle Sitzungen Ihres Kontos bei {brand} sind beendet",
            body: "Es wurde gemeldet, dass eine Aktion in Ihrem Konto bei {brand} nicht von Ihnen war. Alle Sitzungen sind beendet, kein Gerät ist vertrauenswürdig, und eine begonnene Änderung der Adresse wurde verworfen. Passkeys sind nur noch zweite Faktoren, außer wenn Ihr Konto keine andere Anmeldemethode hat.\n\nMelden Sie sich neu an, und entfernen Sie jeden Passkey, jede Authenticator-App und jeden Anbieter aus Ihrem Konto, die nicht von Ihnen sind. Wenn Sie sich nicht anmelden können, fragen Sie Ihre Administration.",
            button: "",
        },
        message_code: Text {
            subject: "Ihr Code für {brand}",
            body: "{value} ist Ihr Code für {brand}. Er gilt 10 Minuten und einmal, in dem Browser, der ihn angefordert hat.\n\nGeben Sie ihn nie weiter. Wenn Sie ihn nicht angefordert haben, benutzt vielleicht ein Angreifer Ihr Konto: Melden Sie sich an, und beenden Sie die anderen Sitzungen.",
            button: "",
        },
    },
};
