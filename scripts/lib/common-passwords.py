#!/usr/bin/env python3
"""Writes src/login/password/policy/common_passwords.bin, the list of common passwords in the binary.

    scripts/lib/common-passwords.py

It needs pip and npm, and downloads these packages in these versions. A package with another content stops it.
The output depends on them alone, so a second run writes the same file.

The file has the first five bytes of the SHA-256 of each password, sorted, without separators. Passwords are in NFKC and lower case.
Shorter ones than any accepted password are left out.
"""

import gzip
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile

OUTPUT = pathlib.Path(__file__).parents[2] / "src/login/password/policy/common_passwords.bin"
SHORTEST = 8
BYTES = 5


def download(command, digest):
    """Downloads one package into a new folder, and returns its file."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="common-passwords-"))
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.iterdir()
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{file.name} has the SHA-256 {found}, expected {digest}")
    return file


def from_pypi(package, digest):
    return zipfile.ZipFile(download(["pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", package], digest))


def from_npm(package, digest):
    return tarfile.open(download(["npm", "pack", "--silent", package], digest))


def passwords():
    # BSD-3-Clause
    django = from_pypi("django==5.2.9", "3a4ea88a70370557ab1930b332fd2887a9f48654261cdffda663fef5976bb00a")
    text = gzip.decompress(django.read("django/contrib/auth/common-passwords.txt.gz")).decode()
    yield from text.split("\n")
    # MIT
    zxcvbn = from_pypi("zxcvbn==4.5.0", "2b6eed621612ce6d65e6e4c7455b966acee87d0280e257956b1f06ccc66bd5ff")
    module = {}
    exec(zxcvbn.read("zxcvbn/frequency_lists.py").decode(), module)
    yield from module["FREQUENCY_LISTS"]["passwords"]
    # MIT
    zxcvbn_ts = from_npm(
        "@zxcvbn-ts/language-common@4.1.3", "bf3027c16c069d7877e25dc8751bc819e10e479afcc5ee1a323eb2ab73129ca9"
    )
    yield from json.load(zxcvbn_ts.extractfile("package/src/passwords.json"))


def main():
    normal = {unicodedata.normalize("NFKC", password.strip()).lower() for password in passwords()}
    hashes = {hashlib.sha256(text.encode()).digest()[:BYTES] for text in normal if len(text) >= SHORTEST}
    OUTPUT.write_bytes(b"".join(sorted(hashes)))
    print(f"{len(hashes)} passwords in {OUTPUT}")


main()
