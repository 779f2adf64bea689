"""A real SMTP server (aiosmtpd) for the tests. It prints its port, then one JSON line for each mail that it accepts.

The first argument is a JSON object:

  tls            "none", "starttls" (offered and required) or "implicit"
  certificate    files with the certificate and the key
  user, password required if they are given
  mail, rcpt, data  replies to MAIL, RCPT and the content, one for each attempt; afterwards mails are accepted
  delay          seconds before the reply to the content
  close          number of conversations that are closed after the content, without accepting it
  lose           number of mails that are accepted and whose reply is lost, because the connection closes
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    def __init__(self):
        self.mail = list(options.get("mail", []))
        self.rcpt = list(options.get("rcpt", []))
        self.data = list(options.get("data", []))
        self.close = options.get("close", 0)
        self.lose = options.get("lose", 0)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(options.get("delay", 0))
        if self.close > 0:
            self.close -= 1
            say({"event": "closed"})
            server.transport.abort()
            return "421 closed"
        if self.data:
            reply = self.data.pop(0)
            say({"event": "refused", "reply": reply})
            return reply
        self.accept(session, envelope)
        if self.lose > 0:
            self.lose -= 1
            server.transport.abort()
        return "250 OK"

    def accept(self, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        part = lambda kind: (message.get_body(preferencelist=(kind,)) or message).get_content().replace("\r\n", "\n")
        say({
            "event": "accepted",
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or options.get("tls") == "implicit",
            "user": getattr(session.auth_data, "login", b"").decode() if session.authenticated else None,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": part("plain"),
            "html": part("html"),
            "raw": raw.decode("ascii"),
        })


def authenticate(server, session, envelope, mechanism, data):
    wanted = (options["user"].encode(), options["password"].encode())
    is_right = (data.login, data.password) == wanted
    say({"event": "password", "right": is_right})
    return AuthResult(success=is_right, auth_data=data) if is_right else AuthResult(success=False, handled=False)


def context():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*options["certificate"])
    return tls


async def main():
    kind = options.get("tls", "none")
    settings = {}
    if kind == "starttls":
        settings.update(tls_context=context(), require_starttls=True)
    if "user" in options:
        settings.update(authenticator=authenticate, auth_required=True, auth_require_tls=kind == "starttls")
    handler = Handler()
    tls = context() if kind == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, **settings), "127.0.0.1", options.get("port", 0), ssl=tls)
    say({"port": server.sockets[0].getsockname()[1]})
    # The test holds the other end of this pipe, which also closes when the test is killed.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
