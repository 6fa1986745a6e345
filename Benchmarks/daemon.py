"""Proofs on the running daemon: latency, crashes, takeover.

    python3 daemon.py latency|chaos|takeover LABORWATCH PSQL DSN FOLDER [NUMBER]
"""
import base64
import hashlib
import hmac
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = b"laborwatch-proof-secret-of-32-by"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Collector:
    """A webhook endpoint that accepts only signed messages and records their times."""

    def __init__(self):
        self.received = []
        self.refused = 0
        self.arrived = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                ok = outer.verify(self.headers, body)
                with outer.arrived:
                    if ok:
                        event = json.loads(body)["data"]
                        outer.received.append((time.monotonic(), self.headers["webhook-id"], event))
                    else:
                        outer.refused += 1
                    outer.arrived.notify_all()
                self.send_response(204 if ok else 401)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @staticmethod
    def verify(headers, body):
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(KEY, content, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(digest).decode()
        return hmac.compare_digest(wanted, headers["webhook-signature"])

    def wait_for(self, count, seconds):
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.received) >= count, seconds)


class Proof:
    """The parts that every proof needs: a database, a collector, a configuration, daemons."""

    def __init__(self, laborwatch, psql, dsn, folder):
        self.laborwatch, self.psql, self.dsn, self.folder = laborwatch, psql, dsn, folder
        self.collector = Collector()

    def sql(self, text, dsn=None):
        return subprocess.run(
            [self.psql, "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", dsn or self.dsn],
            input=text, text=True, check=True, stdout=subprocess.PIPE).stdout

    def configure(self, name, dsn=None, lease="30s", interval="60s", collector=None):
        directory = os.path.join(self.folder, name)
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, "secret"), "w") as file:
            file.write(SECRET)
        # A digest contains only the newest event of an alert, but the proof counts every event.
        with open(os.path.join(directory, "routing.yaml"), "w") as file:
            json.dump({"storm_limit": 10_000}, file)
        path = os.path.join(directory, "laborwatch.yaml")
        with open(path, "w") as file:
            json.dump({
                "source": {"dsn": dsn or self.dsn, "interval": interval},
                "store": {"dsn": dsn or self.dsn, "lease": lease},
                "state_directory": directory,
                "routing": {"file": "routing.yaml"},
                "receivers": [
                    {"name": "file", "type": "file", "directory": directory + "/alerts"},
                    {"name": "hook", "type": "webhook",
                     "url": (collector or self.collector).url, "secret_file": directory + "/secret"},
                ],
            }, file)
        return path

    def start(self, config, *arguments):
        log = open(os.path.join(os.path.dirname(config), "log"), "a")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LABORWATCH_")}
        return subprocess.Popen(
            [self.laborwatch, "run", "--config", config, *arguments], stderr=log, stdout=log,
            env=environment)

    def panel(self, firms=100, months=24, dsn=None):
        """Monthly reports of 2023 and 2024. Each firm cuts 35 % of its staff in one month and hires
        half of them back two months later, so that episodes start and end."""
        self.sql(f"""
            INSERT INTO labor.region (code, name) VALUES ('540102', '城关区') ON CONFLICT DO NOTHING;
            INSERT INTO labor.industry (code, name) VALUES ('C', '制造业') ON CONFLICT DO NOTHING;
            INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
                SELECT e, '企业' || e, '540102', 'C' FROM generate_series(1, {firms}) e;
            INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
                SELECT e, (date '2023-01-01' + make_interval(months => m))::date,
                    CASE WHEN m % 12 < e % 12 THEN 200 + e WHEN m % 12 < e % 12 + 2
                         THEN (200 + e) * 65 / 100 ELSE 200 + e END,
                    (date '2023-01-01' + make_interval(months => m))::timestamptz
                        + interval '27 days'
                FROM generate_series(1, {firms}) e, generate_series(0, {months - 1}) m;
            """, dsn)


def latency(proof, tries=200):
    """From COMMIT of one report to the verified webhook, daemon running, NOTIFY on."""
    proof.sql(f"""
        INSERT INTO labor.region (code, name) VALUES ('540102', '城关区');
        INSERT INTO labor.industry (code, name) VALUES ('C', '制造业');
        INSERT INTO labor.enterprise (enterprise_id, name, region_code, industry_code)
            SELECT e, '企业' || e, '540102', 'C' FROM generate_series(1, {tries + 1}) e;
        INSERT INTO labor.report (enterprise_id, period, headcount, reported_at)
            SELECT e, (date_trunc('month', now()) - make_interval(months => m))::date, 500,
                now() - make_interval(months => m - 1) - interval '1 day'
            FROM generate_series(1, {tries + 1}) e, generate_series(1, 14) m;
        """)
    config = proof.configure("latency")
    daemon = proof.start(config)
    session = subprocess.Popen(
        [proof.psql, "--no-psqlrc", "-qAt", "-d", proof.dsn], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, bufsize=1)
    session.stdin.write("\\set QUIET on\n")
    # The daemon is ready when the event of the first cut has arrived.
    delays = []
    for firm in range(1, tries + 2):
        before = len(proof.collector.received)
        started = time.monotonic()
        session.stdin.write(
            "INSERT INTO labor.report (enterprise_id, period, headcount) VALUES "
            f"({firm}, date_trunc('month', now())::date, 300) RETURNING 'committed';\n")
        session.stdin.flush()
        session.stdout.readline()
        committed = time.monotonic()
        deadline = committed + 30
        while True:
            hits = [t for t, _, e in proof.collector.received[before:]
                    if e["subject"]["id"] == str(firm) and e["what"] == "raised"
                    and e["rule"] == "layoff.statutory"]
            if hits:
                break
            if time.monotonic() > deadline:
                sys.exit(f"no alert for enterprise {firm} within 30 s")
            with proof.collector.arrived:
                proof.collector.arrived.wait(0.05)
        if firm > 1:
            delays.append((hits[0] - committed) * 1000)
    session.stdin.close()
    stopped = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    code = daemon.wait(15)
    quantiles = statistics.quantiles(delays, n=100)
    print(f"COMMIT to verified webhook, {len(delays)} tries: p50 {statistics.median(delays):.1f} ms, "
          f"p99 {quantiles[98]:.1f} ms, max {max(delays):.1f} ms")
    print(f"SIGTERM to end: {time.monotonic() - stopped:.1f} s, exit status {code}")
    return code == 0


def events_of_files(directory):
    events, torn = [], 0
    for name in sorted(os.listdir(directory)):
        if name.endswith(".jsonl"):
            with open(os.path.join(directory, name)) as file:
                for line in file:
                    try:
                        event = json.loads(line)
                        events.append((event["alert_id"], event["event_id"]))
                    except ValueError:
                        torn += 1
    return events, torn


def chaos(proof, kills=20):
    """kill -9 at random moments of a 24-month replay, compared with an undisturbed replay."""
    names = {"calm": 0, "chaos": kills}
    outcomes = {}
    generator = random.Random(20240601)
    base = proof.dsn.rsplit("dbname=", 1)[0]
    proof.panel()
    for name in names:
        proof.sql(f"CREATE DATABASE {name} TEMPLATE proof")
    seconds = 0.0
    for name, count in names.items():
        collector = Collector()
        dsn = f"{base}dbname={name}"
        config = proof.configure(name, dsn, lease="5s", collector=collector)
        replay = ("--replay-from", "2023-01", "--replay-to", "2024-12")
        killed = 0
        started = time.monotonic()
        while True:
            daemon = proof.start(config, *replay)
            if killed < count:
                # A restart waits for the dead daemon's lease; the time starts when it has the lease.
                mark = log_size(config)
                wait_for_log(config, mark, "lease taken", 30)
                time.sleep(generator.uniform(0, seconds / (count + 1) * 1.6))
                if daemon.poll() is None:
                    daemon.kill()
                    daemon.wait()
                    killed += 1
                    continue
            code = daemon.wait(300)
            if code != 0:
                sys.exit(f"{name}: the daemon ended with {code}")
            break
        if name == "calm":
            seconds = time.monotonic() - started
        files, torn = events_of_files(os.path.join(os.path.dirname(config), "alerts"))
        hooks = [(e["alert_id"], e["event_id"]) for _, _, e in collector.received]
        history = set(map(tuple, (line.split("|") for line in proof.sql(
            "SELECT alert_id, event_id FROM laborwatch.alert_events", dsn).split())))
        outcomes[name] = (history, set(files), set(hooks))
        print(f"{name}: {killed} kills, {len(history)} events; file {len(files)} lines "
              f"({len(files) - len(set(files))} repeated, {torn} torn), webhook {len(hooks)} "
              f"({len(hooks) - len(set(hooks))} repeated, {collector.refused} refused)")
    calm, wild = outcomes["calm"], outcomes["chaos"]
    equal = calm[0] == wild[0]
    lost = [len(history - told) for history, *tolds in outcomes.values() for told in tolds]
    print(f"sets of (alert, event) equal: {equal}; lost at file and webhook: {lost}")
    return equal and not any(lost) and bool(calm[0])


def log_size(config):
    path = os.path.join(os.path.dirname(config), "log")
    return os.path.getsize(path) if os.path.exists(path) else 0


def wait_for_log(config, mark, words, seconds):
    deadline = time.monotonic() + seconds
    path = os.path.join(os.path.dirname(config), "log")
    while time.monotonic() < deadline:
        if os.path.exists(path):
            with open(path) as file:
                file.seek(mark)
                if words in file.read():
                    return
        time.sleep(0.005)
    sys.exit(f"'{words}' did not appear in {path} within {seconds} s")


def takeover(proof):
    """Two daemons: the evaluator is killed, and the other takes over within the lease time."""
    lease = 10
    proof.panel(firms=50, months=24)
    first = proof.configure("first", lease=f"{lease}s", interval="1s")
    second = proof.configure("second", lease=f"{lease}s", interval="1s")
    leader = proof.start(first)
    wait_for_log(first, 0, " cycle ", 30)
    standby = proof.start(second)
    time.sleep(2)
    standing = log_size(second) == 0 or " cycle " not in open(
        os.path.join(os.path.dirname(second), "log")).read()
    leader.kill()
    leader.wait()
    killed = time.monotonic()
    wait_for_log(second, 0, "lease taken", lease * 2)
    taken = time.monotonic() - killed
    before = len(proof.collector.received)
    period = "date_trunc('month', now())::date"
    proof.sql(f"""
        INSERT INTO labor.report (enterprise_id, period, headcount)
            VALUES (1, ({period} - interval '1 month')::date, 400), (1, {period}, 200);""")
    proof.collector.wait_for(before + 1, 30)
    time.sleep(1)
    standby.send_signal(signal.SIGTERM)
    code = standby.wait(15)
    ids = [i for _, i, _ in proof.collector.received]
    doubled = len(ids) - len(set(ids))
    history = int(proof.sql("SELECT count(*) - count(DISTINCT (alert_id, sequence)) "
                            "FROM laborwatch.alert_events"))
    print(f"standby evaluated before: {not standing}; took over {taken:.1f} s after kill -9 "
          f"(lease {lease} s); doubled at the webhook {doubled}, in history {history}; "
          f"{len(ids)} events; exit status {code}")
    return standing and taken <= lease * 4 / 3 + 1 and not doubled and not history and code == 0


def main():
    what, laborwatch, psql, dsn, folder, *numbers = sys.argv[1:]
    proof = Proof(laborwatch, psql, dsn, folder)
    verb = {"latency": latency, "chaos": chaos, "takeover": takeover}[what]
    sys.exit(0 if verb(proof, *map(int, numbers)) else 1)


if __name__ == "__main__":
    main()
