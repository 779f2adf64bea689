"""What scripts/fuzz-api asks of the service: it makes sessions, and says whether one is still valid.

  fuzz-api.py document URL                          prints the document, with the name that the session cookie has on http
  fuzz-api.py session URL NAME PASSWORD [--enrol]   prints the configuration of schemathesis with a session; --enrol adds a second factor
  fuzz-api.py user URL CONFIGURATION                prints the id of the user of a configuration
  fuzz-api.py check URL CONFIGURATION               exit code 1 if the session of a configuration is not signed in
"""

import base64
import hashlib
import hmac
import http.client
import json
import struct
import sys
import time
import tomllib
import urllib.parse


class Browser:
    """Sends requests with cookies and the CSRF token."""

    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url).netloc
        self.cookies = {}

    def request(self, method, path, body=None):
        headers = self.headers() | {"Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        text = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        connection.close()
        if response.status >= 400:
            sys.exit(f"{method} {path}: {response.status} {text.decode()}")
        return json.loads(text)

    def headers(self):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        token = self.cookies.get("XSRF-TOKEN")
        headers = {"Cookie": cookies} if cookies else {}
        return headers | ({"X-XSRF-TOKEN": token} if token else {})


def code_of(secret):
    """Returns the code of an authenticator app (RFC 6238) at this time."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def session_cookie(url):
    return f"vestibule-{urllib.parse.urlsplit(url).port}"


def document(url):
    document = Browser(url).request("GET", "/api/openapi.json")
    document["components"]["securitySchemes"]["session"]["name"] = session_cookie(url)
    document["servers"] = [{"url": "/"}]
    print(json.dumps(document))


def session(url, name, password, enrols):
    browser = Browser(url)
    browser.request("GET", "/api/auth/session")
    browser.request("POST", "/api/auth/login", {"username": name, "password": password})
    if enrols:
        secret = browser.request("POST", "/api/mfa/setup", {})["secret"]
        browser.request("POST", "/api/mfa/verify", {"code": code_of(secret)})
    # schemathesis leaves them out when it tests that an operation needs them.
    print("[auth.openapi.session]")
    print(f"api_key = {json.dumps(browser.cookies[session_cookie(url)])}")
    print("[auth.openapi.csrf]")
    print(f"api_key = {json.dumps(browser.cookies['XSRF-TOKEN'])}")


def browser_of(url, configuration):
    with open(configuration, "rb") as file:
        cookie = tomllib.load(file)["auth"]["openapi"]["session"]["api_key"]
    browser = Browser(url)
    browser.cookies[session_cookie(url)] = cookie
    return browser


def check(url, configuration):
    state = browser_of(url, configuration).request("GET", "/api/auth/session")["state"]
    sys.exit(0 if state == "signedIn" else f"The session is {state}: an operation of the run ended it.")


match sys.argv[1:]:
    case ["document", url]:
        document(url)
    case ["session", url, name, password, *options]:
        session(url, name, password, "--enrol" in options)
    case ["user", url, configuration]:
        print(browser_of(url, configuration).request("GET", "/api/auth/me")["id"])
    case ["check", url, configuration]:
        check(url, configuration)
    case _:
        sys.exit(__doc__)
