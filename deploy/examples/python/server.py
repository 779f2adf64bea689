"""An API with the standard library of Python. Run: VESTIBULE_URL=http://localhost:3000 PORT=4000 python server.py"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

VESTIBULE = os.environ.get("VESTIBULE_URL", "http://localhost:3000")
FORWARDED = ("cookie", "origin", "sec-fetch-site", "x-xsrf-token")
ROLES = {"/api/orders": None, "/api/reports": "admin,auditor"}


def verify(method, headers, role):
    """Asks Vestibule who sent a request, and whether the user has one of the roles."""
    sent = {name: headers[name] for name in FORWARDED if headers[name]}
    url = f"{VESTIBULE}/api/auth/verify" + (f"?role={quote(role)}" if role else "")
    try:
        with urlopen(Request(url, headers={**sent, "x-forwarded-method": method}), timeout=5) as answer:
            return 200, {"user": json.load(answer)["user"]["username"]}
    except HTTPError as refused:
        return refused.code, json.load(refused)
    except URLError:
        return 503, {"code": "vestibule_unavailable"}


class Api(BaseHTTPRequestHandler):
    def respond(self):
        known = self.path in ROLES
        status, body = verify(self.command, self.headers, ROLES[self.path]) if known else (404, {"code": "not_found"})
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_GET = do_POST = respond


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "4000"))), Api).serve_forever()
