"""A bureau's endpoint for scripts/systemd-trial: accepts messages signed as in Standard Webhooks.

    python3 hook.py PORT SECRET FILE

Appends each body whose signature holds to FILE; answers 401 to any other.
"""

import base64
import hashlib
import hmac
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT, SECRET, FILE = int(sys.argv[1]), sys.argv[2], sys.argv[3]
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))


class Hook(BaseHTTPRequestHandler):
    """Answers each request by the validity of its signature."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = (self.headers["webhook-id"], self.headers["webhook-timestamp"])
        signed = ".".join(parts).encode() + b"." + body
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        given = self.headers["webhook-signature"].split(" ")
        holds = any(hmac.compare_digest("v1," + expected, one) for one in given)
        if holds:
            with open(FILE, "ab") as heard:
                heard.write(body + b"\n")
        self.send_response(204 if holds else 401)
        self.end_headers()


HTTPServer(("127.0.0.1", PORT), Hook).serve_forever()
