#!/usr/bin/env python3
"""Write tests/fixtures/password-hashes.json: password hashes made by the frameworks themselves.

    python3 -m venv venv
    venv/bin/pip install Django==5.2.19 passlib==1.7.4 Werkzeug==3.1.9 bcrypt==4.0.1 argon2-cffi==25.1.0
    venv/bin/python scripts/lib/password-hashes.py > tests/fixtures/password-hashes.json

Costs are small, so that the tests are fast. Hashes of systems without a Python library are built with hashlib from their documented
layout (Keycloak) or copied from their own tests and documents (ASP.NET Identity, Firebase).
"""

import base64
import hashlib
import json

import bcrypt
import django
from django.conf import settings

settings.configure(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
django.setup()
from django.contrib.auth import hashers
from passlib import hash as passlib_hash
from passlib.handlers.argon2 import argon2 as passlib_argon2
from werkzeug.security import generate_password_hash

PASSWORD = "correct horse battery"
OTHER = "p\u00e4ssw\u00f6rt-\u00e9-12"
found = []


def add(made_by, text, password=PASSWORD, **more):
    found.append({"madeBy": made_by, "password": password, "hash": text, **more})


def b64(data):
    return base64.b64encode(data).decode()


for password in (PASSWORD, OTHER):
    for hasher, options in [
        (hashers.PBKDF2PasswordHasher, {"iterations": 1000}),
        (hashers.PBKDF2SHA1PasswordHasher, {"iterations": 1000}),
    ]:
        add("Django", hasher().encode(password, "abcdefghijkl", **options), password)
    scrypt = hashers.ScryptPasswordHasher()
    add("Django", scrypt.encode(password, "abcdefghijkl", n=16, r=8, p=1), password)
    for hasher in (hashers.BCryptPasswordHasher(), hashers.BCryptSHA256PasswordHasher()):
        add("Django", hasher.encode(password, bcrypt.gensalt(4)), password)
    argon2 = hashers.Argon2PasswordHasher()
    argon2.time_cost, argon2.memory_cost, argon2.parallelism = 1, 64, 1
    add("Django", argon2.encode(password, "abcdefghijkl"), password)

    add("passlib", passlib_hash.pbkdf2_sha1.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.pbkdf2_sha256.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.pbkdf2_sha512.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.ldap_pbkdf2_sha1.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.ldap_pbkdf2_sha256.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.ldap_pbkdf2_sha512.using(rounds=1000).hash(password), password)
    add("passlib", passlib_hash.atlassian_pbkdf2_sha1.hash(password), password)
    add("passlib", passlib_hash.scrypt.using(rounds=4, parallelism=2).hash(password), password)
    add("passlib", passlib_hash.bcrypt.using(rounds=4).hash(password), password)
    add("passlib", passlib_hash.bcrypt_sha256.using(rounds=4, version=1).hash(password), password)
    add("passlib", passlib_hash.bcrypt_sha256.using(rounds=4, version=2).hash(password), password)
    add("passlib", "{BCRYPT}" + passlib_hash.bcrypt.using(rounds=4, ident="2a").hash(password), password)
    add("passlib", passlib_hash.ldap_bcrypt.using(rounds=4).hash(password), password)
    for kind in ("i", "d", "id"):
        made = passlib_argon2.using(type=kind, rounds=2, memory_cost=64, parallelism=2).hash(password)
        add("passlib", made, password)
    add("Dovecot", "{ARGON2ID}" + made, password)

    for method in ("pbkdf2:sha1:1000", "pbkdf2:sha256:1000", "pbkdf2:sha384:1000", "pbkdf2:sha512:1000", "scrypt:1024:8:1"):
        add("werkzeug", generate_password_hash(password, method), password)

    # Keycloak: 64 bytes of output also with SHA-256 until version 24.
    for algorithm, digest, length in (
        ("pbkdf2", "sha1", 64), ("pbkdf2-sha256", "sha256", 64), ("pbkdf2-sha256", "sha256", 32), ("pbkdf2-sha512", "sha512", 64),
    ):
        salt = bytes(range(16))
        value = hashlib.pbkdf2_hmac(digest, password.encode(), salt, 1000, length)
        add("Keycloak", f"keycloak:{algorithm}:1000:{b64(salt)}:{b64(value)}", password)
        secret = {"value": b64(value), "salt": b64(salt), "additionalParameters": {}}
        data = {"hashIterations": 1000, "algorithm": algorithm, "additionalParameters": {}}
        inside = {"type": "password", "secretData": json.dumps(secret), "credentialData": json.dumps(data)}
        add("Keycloak", json.dumps(inside), password)
        add("Keycloak", json.dumps([{"secretData": secret, "credentialData": data}]), password)
        flat = {"type": "password", "hashedSaltedValue": b64(value), "salt": b64(salt), "hashIterations": 1000, "algorithm": algorithm}
        add("Keycloak", json.dumps(flat), password)
    *_, salt, output = made.split("$")
    pad = lambda text: text + "=" * (-len(text) % 4)
    data = {
        "hashIterations": 2,
        "algorithm": "argon2",
        "additionalParameters": {"hashLength": ["32"], "memory": ["64"], "type": ["id"], "version": ["1.3"], "parallelism": ["2"]},
    }
    secret = {"value": pad(output), "salt": pad(salt), "additionalParameters": {}}
    add("Keycloak", json.dumps({"secretData": json.dumps(secret), "credentialData": json.dumps(data)}), password)

# The tests of ASP.NET Core Identity (PasswordHasherTest).
for text in (
    "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
    "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M",
    "AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=",
    "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
    "AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==",
):
    add("ASP.NET Identity", text, "my password")

# The example of github.com/firebase/scrypt.
value = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
for text in (f"firebase:42xEC+ixf3L2lw==:{value}", f"{{firebase}}42xEC-ixf3L2lw:{value.replace('+', '-').replace('/', '_')}"):
    add("Firebase", text, "user1password")

print(json.dumps(found, indent=1))
