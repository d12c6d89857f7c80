"""An SMTP server (aiosmtpd) for the tests: what it takes it writes to standard output, a line of JSON each.

The recipient says what becomes of a message: never@ is refused for good, later@ the first time, text@ when the text
is there; of vanish@ the first answer is lost after the message was taken.
"""
import argparse, asyncio, base64, json, ssl
from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, default=0)
options.add_argument("--certificate", help="offers STARTTLS, or speaks TLS with --implicit")
options.add_argument("--implicit", action="store_true")
options.add_argument("--password", help="wants it, of the user 'visure'")
options.add_argument("--sender", help="takes mail of this one only")
options = options.parse_args()


def tell(**event):
    print(json.dumps(event), flush=True)


class Handler:
    known = set()

    def first(self, address):
        seen = address in self.known
        self.known.add(address)
        return not seen

    async def handle_MAIL(self, server, session, envelope, address, parameters):
        if options.sender and address != options.sender:
            return f"550 5.7.1 <{address}> is not ours"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, parameters):
        if address.startswith("never@"):
            return f"550 5.1.1 <{address}> is unknown here"
        if address.startswith("later@") and self.first(address):
            tell(refused=address)
            return f"451 4.2.1 <{address}> is busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("text@"):
            return "554 5.6.0 this text is not taken"
        tell(sender=envelope.mail_from, to=to, tls=session.ssl is not None or options.implicit,
             user=(session.auth_data or b"").decode(), raw=base64.b64encode(envelope.original_content).decode())
        if to.startswith("vanish@") and self.first(to):
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"visure" and data.password == (options.password or "").encode()
    return AuthResult(success=right, handled=False, auth_data=data.login)


async def serve():
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    handler = Handler()

    def connection():
        return SMTP(handler, hostname="mail.example", tls_context=None if options.implicit else context,
                    require_starttls=bool(context) and not options.implicit, authenticator=authenticate,
                    auth_required=bool(options.password), auth_require_tls=not options.implicit)

    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", options.port, ssl=context if options.implicit else None)
    tell(port=server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


asyncio.run(serve())
