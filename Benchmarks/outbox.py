"""Proofs on the outbox: thousands of findings at the first start, and dead receivers.

    python3 outbox.py storm|deadreceivers LABORWATCH PSQL DSN FOLDER [NUMBER]
"""
import json
import os
import signal
import socket
import statistics
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from daemon import SECRET, Proof


class Crowd:
    """One server for many receivers, one path each; it records the time of each message."""

    def __init__(self):
        self.heard = {}
        self.posts = 0
        self.arrived = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                now = time.monotonic()
                data = body["data"]
                with outer.arrived:
                    outer.posts += 1
                    if "subject" in data:
                        key = (self.path, data["subject"]["id"], data["rule"], data["what"])
                        outer.heard.setdefault(key, now)
                    outer.arrived.notify_all()
                self.send_response(204)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def configure(proof, name, urls, interval="60s"):
    directory = os.path.join(proof.folder, name)
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "secret"), "w") as file:
        file.write(SECRET)
    path = os.path.join(directory, "laborwatch.yaml")
    receivers = [{"name": "file", "type": "file", "directory": directory + "/alerts"}]
    receivers += [
        {"name": receiver, "type": "webhook", "url": url, "secret_file": directory + "/secret"}
        for receiver, url in urls.items()]
    with open(path, "w") as file:
        json.dump({
            "source": {"dsn": proof.dsn, "interval": interval}, "store": {"dsn": proof.dsn},
            "state_directory": directory, "receivers": receivers,
        }, file)
    return path


def storm(proof, seconds_max=30):
    """First start with thousands of findings: one message per receiver and group, all recorded."""
    crowd = Crowd()
    config = configure(proof, "storm", {f"hook{n}": f"{crowd.url}/{n}" for n in range(3)})
    started = time.monotonic()
    daemon = proof.start(config)
    waiting = "SELECT count(*) FROM laborwatch.deliveries WHERE state = 'pending'"
    cycles = "SELECT count(*) FROM laborwatch.cycles WHERE outcome = 'ok'"
    committed = None
    while time.monotonic() < started + 600:
        if committed is None and int(proof.sql(cycles)) > 0:
            committed = time.monotonic() - started
        if committed is not None and int(proof.sql(waiting)) == 0:
            break
        time.sleep(0.2)
    told = time.monotonic() - started
    daemon.send_signal(signal.SIGTERM)
    code = daemon.wait(30)
    alerts, raised, rows, unexplained = map(int, proof.sql("""
        SELECT (SELECT count(*) FROM laborwatch.alerts),
               (SELECT count(*) FROM laborwatch.alert_events WHERE what = 'raised'),
               (SELECT count(*) FROM laborwatch.deliveries),
               (SELECT count(*) FROM laborwatch.deliveries
                 WHERE state <> 'delivered' AND reason IS NULL)""").strip().split("|"))
    most = int(proof.sql("""
        SELECT coalesce(max(messages), 0)
          FROM (SELECT count(DISTINCT message_id) AS messages
                  FROM laborwatch.deliveries
                 WHERE receiver <> 'file' AND state = 'delivered'
                 GROUP BY receiver, group_key) AS company"""))
    committed = committed if committed is not None else float("inf")
    print(f"{alerts} alerts, {raised} raised, {rows} delivery rows, {unexplained} unexplained; "
          f"committed after {committed:.1f} s, told after {told:.1f} s; {crowd.posts} requests, at "
          f"most {most} messages for one receiver and group; exit status {code}")
    return (alerts >= 5000 and raised >= alerts and not unexplained and most <= 1
            and told <= seconds_max and code == 0)


def hanging():
    """A port that accepts connections (in the kernel's queue) and never answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}/hang"


def refusing():
    """A port without a listener."""
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{probe.getsockname()[1]}/refuse"
    probe.close()
    return url


def deadreceivers(proof, tries=60):
    """20 dead receivers (10 refuse, 10 hang) of 40 must not delay the other 20."""
    healthy = {f"live{n}": f"/{n}" for n in range(20)}
    listeners = [hanging() for _ in range(10)]
    dead = {f"refuses{n}": refusing() for n in range(10)}
    dead |= {f"hangs{n}": url for n, (_, url) in enumerate(listeners)}
    total = 4 * (tries + 1)
    proof.sql(f"""
        INSERT INTO labor.region (code, name) VALUES ('540102', '城关区');
        INSERT INTO labor.industry (code, name) VALUES ('C', '制造业');
        INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
            SELECT e, '企业' || e, '540102', 'C' FROM generate_series(1, {total}) e;
        INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
            SELECT e, (date_trunc('month', now()) - make_interval(months => m))::date, 500,
                now() - make_interval(months => m - 1) - interval '1 day'
            FROM generate_series(1, {total}) e, generate_series(1, 14) m;
        """)
    delays = {"calm": [], "dead": []}
    # Twice each and alternately, so that other work on the machine affects both equally.
    for turn, kind in enumerate(["calm", "dead", "dead", "calm"]):
        crowd = Crowd()
        urls = {name: crowd.url + path for name, path in healthy.items()}
        config = configure(proof, f"{kind}{turn}", urls | (dead if kind == "dead" else {}))
        daemon = proof.start(config)
        for number in range(tries + 1):
            firm = turn * (tries + 1) + number + 1
            proof.sql("INSERT INTO labor.report (enterprise_id, period, headcount) VALUES "
                      f"({firm}, date_trunc('month', now())::date, 300)")
            committed = time.monotonic()
            keys = [(path, str(firm), "layoff.statutory", "raised") for path in healthy.values()]
            with crowd.arrived:
                if not crowd.arrived.wait_for(lambda: all(k in crowd.heard for k in keys), 60):
                    sys.exit(f"{kind}: not every healthy receiver heard of enterprise {firm}")
                if number > 0:
                    delays[kind] += [(crowd.heard[key] - committed) * 1000 for key in keys]
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(30)
    for kind, values in delays.items():
        print(f"{kind}: {len(values)} deliveries to healthy receivers, median "
              f"{statistics.median(values):.1f} ms, p99 "
              f"{statistics.quantiles(values, n=100)[98]:.1f} ms")
    ratio = statistics.median(delays["dead"]) / statistics.median(delays["calm"])
    print(f"median with 20 dead of 40 to median without: {ratio:.2f} (limit 1.20)")
    return ratio <= 1.2


def main():
    what, laborwatch, psql, dsn, folder, *numbers = sys.argv[1:]
    proof = Proof(laborwatch, psql, dsn, folder)
    verb = {"storm": storm, "deadreceivers": deadreceivers}[what]
    sys.exit(0 if verb(proof, *map(int, numbers)) else 1)


if __name__ == "__main__":
    main()
