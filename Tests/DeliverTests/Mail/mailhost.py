"""A real mail server on loopback for the tests: prints its port and, when its input ends, a line of
JSON per mail.

usage: mailhost.py none|starttls|tls CERTIFICATE KEY [LOGIN MECHANISM]
The server refuses a recipient never@… permanently and later@… temporarily.

The mails are printed at the end, because the test reads the pipe only then: a full pipe would block the
server.
"""
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

mode, certificate, key = sys.argv[1:4]
mechanism = sys.argv[4] if len(sys.argv) > 4 else None
mails = []


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never@"):
            return "550 5.1.1 nobody of that name"
        if address.startswith("later@"):
            return "451 4.3.0 come again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server, session, envelope):
        mails.append(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("cipher") is not None,
            "login": bool(session.authenticated),
            "raw": base64.b64encode(envelope.original_content).decode(),
        }))
        return "250 2.0.0 taken"


def check(server, session, envelope, how, data):
    right = data.login == b"duty" and data.password == "geheim密".encode()
    if right:
        return AuthResult(success=True, handled=True)
    plain = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
    coded = base64.b64encode(data.password).decode()
    # Some servers quote what they do not like.
    return AuthResult(
        success=False, handled=False,
        message=f"535 5.7.8 no such {data.password.decode()} {coded} {plain}")


async def main():
    context = None
    if mode != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    others = [way for way in ("PLAIN", "LOGIN") if way != mechanism]

    def session():
        return SMTP(
            Handler(), hostname="mailhost.test", enable_SMTPUTF8=True,
            tls_context=context if mode == "starttls" else None,
            require_starttls=mode == "starttls",
            authenticator=check if mechanism else None,
            auth_required=bool(mechanism), auth_require_tls=mode == "starttls",
            auth_exclude_mechanism=others)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for mail in mails:
        print(mail, flush=True)


asyncio.run(main())
