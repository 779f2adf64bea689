#!/usr/bin/env python3
"""Write tests/fixtures/exports: users as other products export them, with hashes made by other implementations.

    python3 -m venv venv
    venv/bin/pip install Django==5.2.9 bcrypt==4.0.1 argon2-cffi==25.1.0 passlib==1.7.4 cryptography
    venv/bin/python scripts/lib/export-fixtures.py tests/fixtures/exports

All users have the password `correct horse battery`, and all authenticator apps the secret of SECRET. Costs are small, so that the tests
are fast. The shapes are those of the documents that `src/cli/users/import/source/products` names.
"""

import base64
import hashlib
import json
import pathlib
import sys

import argon2.low_level
import bcrypt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

settings.configure()
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher, PBKDF2PasswordHasher

PASSWORD = "correct horse battery"
# Keycloak keeps 20 letters and digits, and shows them as base32.
SECRET = "fhAbjBAwfMqoDyXPyAcL"
BASE32 = base64.b32encode(SECRET.encode()).decode()
SALT = bytes(range(16))
# The parameters of the example of github.com/firebase/scrypt.
SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="


def b64(data):
    return base64.b64encode(data).decode()


def bare(data):
    return b64(data).rstrip("=")


def blowfish(variant=b"2b"):
    return bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, variant)).decode()


def pbkdf2(digest, length, iterations=1000):
    return hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), SALT, iterations, length)


def argon2id():
    return argon2.low_level.hash_secret_raw(PASSWORD.encode(), SALT, 2, 64, 1, 32, argon2.low_level.Type.ID)


def auth0_profiles():
    """The NDJSON of a users-exports job."""
    common = {"updated_at": "2024-05-01T10:00:00.000Z", "last_login": "2024-05-01T10:00:00.000Z", "last_ip": "203.0.113.7", "logins_count": 7}
    yield {
        "user_id": "auth0|60425dc43519d90068f82973", "email": "ada@corp.example", "email_verified": True, "name": "Ada Lovelace", "nickname": "ada",
        "picture": "https://s.gravatar.com/avatar/0.png", "created_at": "2021-03-05T16:34:59.502Z",
        "identities": [{"user_id": "60425dc43519d90068f82973", "provider": "auth0", "connection": "Username-Password-Authentication", "isSocial": False}],
        "app_metadata": {"roles": ["admin", "editor"], "plan": "premium"}, "user_metadata": {"roles": ["owner"], "theme": "dark"},
        "multifactor": ["guardian"], **common,
    }
    yield {
        "user_id": "google-oauth2|108204268033311374519", "email": "grace@gmail.example", "email_verified": True, "name": "Grace Hopper",
        "given_name": "Grace", "family_name": "Hopper", "nickname": "grace", "picture": "https://lh3.example/a.jpg", "locale": "en",
        "created_at": "2022-01-05T16:34:59.502Z",
        "identities": [
            {"provider": "google-oauth2", "user_id": "108204268033311374519", "connection": "google-oauth2", "isSocial": True},
            {"provider": "github", "user_id": 583231, "connection": "github", "isSocial": True, "profileData": {"email": "g@hub.example"}},
        ],
        **common,
    }
    yield {
        "user_id": "auth0|60425dc43519d90068f82974", "email": "mallory@corp.example", "email_verified": False, "name": "mallory@corp.example",
        "nickname": "mallory", "blocked": True, "created_at": "2021-03-05T16:34:59.502Z",
        "identities": [{"user_id": "60425dc43519d90068f82974", "provider": "auth0", "connection": "Username-Password-Authentication", "isSocial": False}],
        **common,
    }


def auth0_hashes():
    """The NDJSON of password hashes, as the support of Auth0 delivers it."""
    for oid, email, verified in (("60425dc43519d90068f82973", "ada@corp.example", True), ("60425dc43519d90068f82974", "mallory@corp.example", False)):
        yield {
            "_id": {"$oid": oid}, "email_verified": verified, "email": email, "passwordHash": blowfish(),
            "password_set_date": {"$date": "2021-03-05T16:35:16.775Z"}, "tenant": "corp", "connection": "Username-Password-Authentication",
            "_tmp_is_unique": True,
        }


def auth0_bulk():
    """The array of a bulk import."""
    pbkdf2_text = f"$pbkdf2-sha512$i=1000,l=64${bare(SALT)}${bare(pbkdf2('sha512', 64))}"
    argon2_text = f"$argon2id$v=19$m=64,t=2,p=1${bare(SALT)}${bare(argon2id())}"
    scrypt = hashlib.scrypt(PASSWORD.encode(), salt=b"saltsalt", n=1024, r=8, p=1, dklen=32).hex()
    custom = [
        ("bcrypt", {"algorithm": "bcrypt", "hash": {"value": blowfish(b"2a")}}),
        ("argon2", {"algorithm": "argon2", "hash": {"value": argon2_text, "encoding": "utf8"}}),
        ("pbkdf2", {"algorithm": "pbkdf2", "hash": {"value": pbkdf2_text, "encoding": "utf8"}}),
        ("scrypt", {
            "algorithm": "scrypt", "hash": {"value": scrypt, "encoding": "hex"}, "salt": {"value": "saltsalt", "encoding": "utf8"},
            "password": {"encoding": "utf8"}, "keylen": 32, "cost": 1024, "blockSize": 8, "parallelization": 1,
        }),
        ("md5", {
            "algorithm": "md5", "hash": {"value": hashlib.md5(b"salt" + PASSWORD.encode()).hexdigest(), "encoding": "hex"},
            "salt": {"value": "salt", "encoding": "utf8", "position": "prefix"},
        }),
    ]
    users = [{"email": f"{name}@corp.example", "email_verified": False, "username": name, "custom_password_hash": hash} for name, hash in custom]
    users.append({
        "email": "app@corp.example", "email_verified": True, "user_id": "app1", "given_name": "Ap", "family_name": "Pet", "password_hash": blowfish(),
        "mfa_factors": [{"totp": {"secret": BASE32}}, {"phone": {"value": "+15551112233"}}, {"email": {"value": "app@corp.example"}}],
        "app_metadata": {"authorization": {"groups": ["staff"], "roles": ["editor"]}},
    })
    return users


def keycloak_password(algorithm, digest, length):
    secret = {"value": b64(pbkdf2(digest, length)), "salt": b64(SALT), "additionalParameters": {}}
    data = {"hashIterations": 1000, "algorithm": algorithm, "additionalParameters": {}}
    return {"id": "b1f3a0a4-0000-4000-8000-000000000001", "type": "password", "createdDate": 1700000000000, "secretData": json.dumps(secret), "credentialData": json.dumps(data)}


def keycloak_otp(**more):
    data = {"subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1", **more}
    return {"id": "b1f3a0a4-0000-4000-8000-000000000002", "type": "otp", "userLabel": "Phone", "createdDate": 1700000000001, "secretData": json.dumps({"value": SECRET}), "credentialData": json.dumps(data)}


def keycloak():
    argon2_data = {
        "hashIterations": 2, "algorithm": "argon2",
        "additionalParameters": {"hashLength": ["32"], "memory": ["64"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]},
    }
    argon2_credential = {
        "id": "b1f3a0a4-0000-4000-8000-000000000003", "type": "password", "createdDate": 1700000000000,
        "secretData": json.dumps({"value": b64(argon2id()), "salt": b64(SALT), "additionalParameters": {}}), "credentialData": json.dumps(argon2_data),
    }
    old = {
        "type": "password", "hashedSaltedValue": b64(pbkdf2("sha1", 64)), "salt": b64(SALT), "hashIterations": 1000, "counter": 0,
        "algorithm": "pbkdf2", "digits": 0, "period": 0, "createdDate": 1500000000000, "config": {},
    }
    old_otp = {"type": "totp", "hashedSaltedValue": SECRET, "hashIterations": 0, "counter": 0, "algorithm": "HmacSHA1", "digits": 6, "period": 30}

    def user(number, name, credentials, **more):
        return {
            "id": f"0f7b6c1e-0000-4000-8000-00000000000{number}", "username": name, "firstName": name.capitalize(), "lastName": "Test", "email": f"{name}@corp.example",
            "emailVerified": False, "createdTimestamp": 1700000000000 + number, "enabled": True, "totp": any(c["type"] == "otp" for c in credentials),
            "credentials": credentials, "disableableCredentialTypes": [], "requiredActions": [],
            "realmRoles": ["default-roles-corp"], "notBefore": 0, "groups": [], **more,
        }

    return {
        "id": "5ef6d3d2-0000-4000-8000-000000000000", "realm": "corp", "enabled": True, "sslRequired": "external",
        "users": [
            user(1, "ada", [keycloak_password("pbkdf2-sha512", "sha512", 64), keycloak_otp()], emailVerified=True, attributes={"locale": ["de"], "department": ["R&D"]},
                 realmRoles=["default-roles-corp", "offline_access", "admin", "editor"], clientRoles={"account": ["manage-account"], "wiki": ["writer"]}, groups=["/staff/london"],
                 federatedIdentities=[{"identityProvider": "google", "userId": "108204268033311374519", "userName": "ada@gmail.example"}]),
            user(2, "sha256", [keycloak_password("pbkdf2-sha256", "sha256", 64), keycloak_otp(digits=8)], requiredActions=["UPDATE_PASSWORD", "VERIFY_EMAIL"]),
            user(3, "argon", [argon2_credential, keycloak_otp(algorithm="HmacSHA256"), {"id": "w", "type": "webauthn", "userLabel": "Key", "createdDate": 1, "secretData": "{}", "credentialData": "{}"}]),
            user(4, "old", [old, old_otp]),
            user(5, "off", [keycloak_password("pbkdf2-sha256", "sha256", 32)], enabled=False,
                 federatedIdentities=[{"identityProvider": "corp-ad", "userId": "S-1-5", "userName": "off"}]),
            {"id": "0f7b6c1e-0000-4000-8000-000000000009", "username": "service-account-wiki", "emailVerified": False, "createdTimestamp": 1700000000009, "enabled": True,
             "totp": False, "serviceAccountClientId": "wiki", "credentials": [], "disableableCredentialTypes": [], "requiredActions": [], "realmRoles": ["default-roles-corp"], "notBefore": 0, "groups": []},
        ],
        "identityProviders": [
            {"alias": "google", "internalId": "1", "providerId": "google", "enabled": True, "trustEmail": False, "config": {"clientId": "x"}},
            {"alias": "corp-ad", "internalId": "2", "providerId": "saml", "enabled": True, "trustEmail": False, "config": {"singleSignOnServiceUrl": "https://ad.corp.example"}},
        ],
    }


def firebase_hash(salt):
    signer = base64.b64decode(SIGNER_KEY)
    key = hashlib.scrypt(PASSWORD.encode(), salt=salt + base64.b64decode("Bw=="), n=2**14, r=8, p=1, dklen=64, maxmem=2**26)
    encryptor = Cipher(algorithms.AES(key[:32]), modes.CTR(bytes(16))).encryptor()
    return b64(encryptor.update(signer) + encryptor.finalize())


def firebase():
    salt = b"0123456789"
    return {"users": [
        {"localId": "Xy7uid0000000000000000000001", "email": "ada@corp.example", "emailVerified": True, "passwordHash": firebase_hash(salt), "salt": b64(salt),
         "displayName": "Ada Lovelace", "photoUrl": "https://lh3.example/a.jpg", "lastSignedInAt": "1700000000000", "createdAt": "1600000000000", "phoneNumber": "+15551112233",
         "disabled": False, "customAttributes": json.dumps({"admin": True, "role": "editor", "plan": "pro"}),
         "providerUserInfo": [{"providerId": "google.com", "rawId": "108204268033311374519", "email": "ada@gmail.example", "displayName": "Ada", "photoUrl": "https://lh3.example/a.jpg"},
                              {"providerId": "github.com", "rawId": "583231", "email": "ada@corp.example"}],
         "mfaInfo": [{"mfaEnrollmentId": "1", "displayName": "Phone", "phoneInfo": "+15551112233", "enrolledAt": "2023-01-01T00:00:00Z"}]},
        {"localId": "Xy7uid0000000000000000000002", "email": "off@corp.example", "emailVerified": False, "passwordHash": firebase_hash(salt), "salt": b64(salt),
         "lastSignedInAt": "1700000000000", "createdAt": "1600000000000", "disabled": True, "providerUserInfo": []},
    ]}


def firebase_csv():
    """One line for each user, without a header row, with a comma at the end."""
    for user in firebase()["users"]:
        cells = [""] * 28
        cells[0:7] = [user["localId"], user["email"], str(user["emailVerified"]).lower(), user["passwordHash"], user["salt"], user.get("displayName", ""), user.get("photoUrl", "")]
        for info in user["providerUserInfo"]:
            at = {"google.com": 7, "github.com": 19}[info["providerId"]]
            cells[at:at + 4] = [info["rawId"], info.get("email", ""), info.get("displayName", ""), info.get("photoUrl", "")]
        cells[23:27] = [user["createdAt"], user["lastSignedInAt"], user.get("phoneNumber", ""), str(user["disabled"]).lower()]
        claims = user.get("customAttributes")
        cells[27] = '"' + claims.replace('"', '""') + '"' if claims else ""
        yield ",".join(cells) + ","


def django_users():
    yield 1, {"password": PBKDF2PasswordHasher().encode(PASSWORD, "abcdefghijkl", iterations=1000), "last_login": "2024-05-01T10:00:00.123Z", "is_superuser": True,
              "username": "ada", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@corp.example", "is_staff": True, "is_active": True,
              "date_joined": "2020-01-31T10:00:00Z", "groups": [1], "user_permissions": [24]}
    yield 2, {"password": BCryptSHA256PasswordHasher().encode(PASSWORD, bcrypt.gensalt(4)), "last_login": None, "is_superuser": False, "username": "off",
              "first_name": "", "last_name": "", "email": "", "is_staff": False, "is_active": False, "date_joined": "2020-01-31T10:00:00Z", "groups": [], "user_permissions": []}
    yield 3, {"password": "sha1$salt$" + hashlib.sha1(b"salt" + PASSWORD.encode()).hexdigest(), "last_login": None, "is_superuser": False, "username": "sha1",
              "first_name": "", "last_name": "", "email": "sha1@corp.example", "is_staff": False, "is_active": True, "date_joined": "2020-01-31T10:00:00Z", "groups": [], "user_permissions": []}
    yield 4, {"password": "!x5kqgWpbcpKzTP1DZ0rWoZQjTXBXqwXfQ3nNrfTV", "last_login": None, "is_superuser": False, "username": "none",
              "first_name": "", "last_name": "", "email": "none@corp.example", "is_staff": False, "is_active": True, "date_joined": "2020-01-31T10:00:00Z", "groups": [], "user_permissions": []}


def django():
    """`dumpdata auth.user auth.group otp_totp.totpdevice`."""
    objects = [{"model": "auth.user", "pk": key, "fields": fields} for key, fields in django_users()]
    objects.append({"model": "auth.group", "pk": 1, "fields": {"name": "editors", "permissions": []}})
    for user, confirmed in ((1, True), (3, False)):
        objects.append({"model": "otp_totp.totpdevice", "pk": user, "fields": {
            "user": user, "name": "default", "confirmed": confirmed, "throttling_failure_timestamp": None, "throttling_failure_count": 0, "created_at": None,
            "last_used_at": None, "key": SECRET.encode().hex(), "step": 30, "t0": 0, "digits": 6, "tolerance": 1, "drift": 0, "last_t": 57000000}})
    return objects


def django_csv():
    """`COPY auth_user TO STDOUT WITH CSV HEADER` of PostgreSQL."""
    columns = ["id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active", "date_joined"]
    yield ",".join(columns)
    for key, fields in django_users():
        fields = {**fields, "id": str(key), "date_joined": "2020-01-31 10:00:00+00", "last_login": ""}
        yield ",".join({True: "t", False: "f"}.get(fields[name], fields[name]) for name in columns)


def mongoose(canonical):
    """`mongoexport`, relaxed, and canonical with --jsonFormat=canonical."""
    date = {"$date": {"$numberLong": "1706695200000"}} if canonical else {"$date": "2024-01-31T10:00:00Z"}
    number = {"$numberInt": "0"} if canonical else 0
    yield {"_id": {"$oid": "65ba1b60f0c0ffee01234561"}, "username": "ada", "email": "ada@corp.example", "password": blowfish(), "name": "Ada Lovelace", "role": "admin", "isActive": True,
           "isEmailVerified": True, "mfaSecret": BASE32, "mfaEnabled": True, "authProvider": "local", "phone": "+15551112233", "loginAttempts": number, "createdAt": date, "updatedAt": date, "__v": number}
    yield {"_id": {"$oid": "65ba1b60f0c0ffee01234562"}, "email": "grace@gmail.example", "name": "Grace", "googleId": "108204268033311374519", "authProvider": "google", "roles": ["user", "editor"],
           "settings": {"theme": "dark"}, "createdAt": date, "updatedAt": date, "__v": number}
    yield {"_id": {"$oid": "65ba1b60f0c0ffee01234563"}, "email": "linus@corp.example", "auth0Id": "auth0|60425dc43519d90068f82975", "password": blowfish(), "twoFactorSecret": BASE32,
           "twoFactorEnabled": False, "isBanned": True, "createdAt": date, "updatedAt": date, "__v": number}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(exist_ok=True)

    def write(name, text):
        (folder / name).write_text(text, newline="")

    def lines(items):
        return "".join(f"{item}\n" for item in items)

    def ndjson(items):
        return lines(json.dumps(item, separators=(",", ":")) for item in items)

    write("auth0-users.ndjson", ndjson(auth0_profiles()))
    write("auth0-hashes.ndjson", ndjson(auth0_hashes()))
    write("auth0-bulk.json", json.dumps(auth0_bulk(), indent=2) + "\n")
    write("keycloak-realm.json", json.dumps(keycloak(), indent=2) + "\n")
    write("firebase.json", json.dumps(firebase(), indent=2) + "\n")
    write("firebase.csv", lines(firebase_csv()))
    write("firebase-signer-key.txt", SIGNER_KEY + "\n")
    write("django.json", json.dumps(django(), indent=2) + "\n")
    write("django.csv", lines(django_csv()))
    write("mongoose.ndjson", ndjson(mongoose(False)))
    write("mongoose-canonical.json", json.dumps(list(mongoose(True)), separators=(",", ":")) + "\n")


main()
