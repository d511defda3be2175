#!/usr/bin/env python3
"""Fills a database with an old version of Corridor and dumps it for tests of upgrades.

usage: fill.py CORRIDOR OUT.sql OUT.json

CORRIDOR is the old program (git worktree add DIR COMMIT; go build -o corridor ./cmd/corridor).
OUT.sql is the whole database as SQL. OUT.json holds the facts that an upgrade must keep:
links in mailed messages, entry ids of feeds, addresses of editions, what each reader had.
The result is committed as postgres/postgrestest/testdata/02bbfca.*.
"""
import email, email.policy, http.server, shutil, json, os, re, socket, subprocess, sys, tempfile, threading, time, urllib.parse, urllib.request

corridor, out_sql, out_json = sys.argv[1:4]
work = tempfile.mkdtemp(prefix="corridor-fill-")
os.chmod(work, 0o755)
SITE, PAGES, SMTP = 23401, 23402, 23403
site = f"http://127.0.0.1:{SITE}"
base = f"http://127.0.0.1:{PAGES}"

# --- the publication's site -------------------------------------------------------------

def text(name, n=5):
    return "".join(
        f"<p>Paragraph {i + 1} of the article about {name}: the port handled more ships than in the year before, and the railway behind it"
        f" sent {i + 3} trains a week to the east. The ministry in Kazakhstan expects {name} to grow further.</p>" for i in range(n))

def page(title, name, date="2026-11-26", lang="en", canonical="", extra="", body=None, program="transport"):
    head = f'<meta property="article:published_time" content="{date}T09:00:00Z">' if date else ""
    if canonical:
        head += f'<link rel="canonical" href="{canonical}">'
    return (f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}{extra}<meta name="author" content="Anna Marsh">'
            f'<meta property="article:section" content="{program}"></head><body><header><a href="/">Sample Review</a></header>'
            f"<main><article><h1>{title}</h1>{body or text(name)}</article></main></body></html>")

pages = {
    "/research/transport/lamp-on-the-pier": page("A Lamp on the Pier", "the pier"),
    "/research/transport/trains-east": page("Trains to the East", "trains", "2026-11-25"),
    "/research/energy/oil-by-sea": page("Oil by Sea", "oil", "2026-11-24", program="energy"),
    "/research/energy/wind-farms": page("Wind Farms on the Steppe", "wind", "2026-11-23", program="energy"),
    "/research/security/old-treaty": page("An Old Treaty", "treaties", "2025-02-03", program="security"),
    "/research/security/undated": page("A Paper without a Date", "papers", "", program="security"),
    "/research/security/future": page("A Date by a Slip", "slips", "2099-01-01", program="security"),
    # A theme's fault: two articles name one address as canonical.
    "/research/energy/theme-one": page("The First of Two", "the first", canonical=f"{site}/research/energy/theme-one", program="energy"),
    "/research/energy/theme-two": page("The Second of Two", "the second", canonical=f"{site}/research/energy/theme-one", program="energy"),
    # The Russian version names the English page as canonical.
    "/research/transport/tariff": page("The Tariff", "tariffs", "2026-11-22"),
    "/research/transport/tariff-ru": page("Тариф", "тарифах", "2026-11-22", lang="ru", canonical=f"{site}/research/transport/tariff"),
    # One text at two addresses.
    "/research/transport/pier-print": page("A Lamp on the Pier", "the pier"),
    # A page that is no article.
    "/research/security/login": '<!doctype html><html lang="en"><head><title>Sign in</title></head><body><main><h1>Sign in</h1><p>Please sign in with your account to go on reading. If you have no account yet, you can make one in a minute, free of charge, and read five articles every month without paying anything at all.</p></main></body></html>',
    # Utility classes hide part of the text from the old rules.
    "/research/security/print-class": page("Texts That Print", "prints", body='<div class="print:text-sm">' + text("prints") + "</div>", program="security"),
    "/research/security/long-title": page("Long " + "title " * 2000, "long titles", "2026-11-21", program="security"),
}
feed_items = [("guid-1", "/notes/first-note", "A First Note"), ("guid-2", "/notes/second-note", "A Second Note")]
for _, path, title in feed_items:
    pages[path] = page(title, title.lower(), "2026-11-26")

class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        if path == "/sitemap.xml":
            kind, body = "application/xml", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(
                f"<url><loc>{site}{p}</loc></url>" for p in pages if p.startswith("/research/")) + "</urlset>"
        elif path == "/feed.xml":
            kind, body = "application/rss+xml", '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title><link>' + site + "</link><description>Notes</description>" + "".join(
                f'<item><title>{t}</title><link>{site}{p}</link><guid isPermaLink="false">{g}</guid><pubDate>Thu, 26 Nov 2026 09:00:00 GMT</pubDate>'
                f"<content:encoded><![CDATA[{text(t.lower())}]]></content:encoded></item>" for g, p, t in feed_items) + "</channel></rss>"
        elif path in pages:
            kind, body = "text/html; charset=utf-8", pages[path]
        else:
            self.send_error(404)
            return
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    def log_message(self, *args):
        pass

# --- the mail server --------------------------------------------------------------------

mails = []
def answer(connection):
    f = connection.makefile("rwb")
    def say(line):
        f.write(line.encode() + b"\r\n"); f.flush()
    say("220 relay.example.net ESMTP")
    to = ""
    while True:
        line = f.readline().decode(errors="replace").strip()
        verb = line[:4].upper()
        if not line:
            return
        if verb == "EHLO":
            say("250-relay.example.net"); say("250-8BITMIME"); say("250 ENHANCEDSTATUSCODES")
        elif verb == "RCPT":
            to = re.search("<(.*?)>", line).group(1)
            if to.startswith("gone"):
                say("550 5.1.1 User unknown")
            elif to.startswith("refused"):
                say("554 5.6.0 Message not wanted")
            elif to.startswith("later"):
                say("451 4.7.1 Greylisted")
            else:
                say("250 2.1.5 OK")
        elif verb == "DATA":
            say("354 go on")
            data = b""
            while not data.endswith(b"\r\n.\r\n"):
                chunk = f.readline()
                if not chunk:
                    return
                data += chunk
            if to.startswith("lost"):
                connection.shutdown(socket.SHUT_RDWR)
                return
            mails.append((to, data[:-3]))
            say("250 2.0.0 taken")
        elif verb == "QUIT":
            say("221 bye"); return
        else:
            say("250 2.0.0 OK")

def smtp():
    s = socket.create_server(("127.0.0.1", SMTP))
    while True:
        c, _ = s.accept()
        def one(c=c):
            try:
                answer(c)
            except (OSError, ValueError):
                pass
            finally:
                c.close()
        threading.Thread(target=one, daemon=True).start()

threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", SITE), Site).serve_forever, daemon=True).start()
threading.Thread(target=smtp, daemon=True).start()

# --- the service ------------------------------------------------------------------------

config = f'''
[publication]
title = "Sample Review"
site_url = "{site}"
from = "Sample Review <news@example.org>"
address = "1 Example Street"
language = "en"
time_zone = "UTC"
[server]
listen = "127.0.0.1:{PAGES}"
base_url = "{base}"
data = "{work}/data"
[smtp]
url = "smtp+insecure://127.0.0.1:{SMTP}"
connections = 2
[[programs]]
slug = "transport"
name = "Transport"
[[programs]]
slug = "energy"
name = "Energy"
[[programs]]
slug = "security"
name = "Security"
[[regions]]
slug = "central-asia"
name = "Central Asia"
countries = ["Kazakhstan", "Uzbekistan"]
[[regions]]
slug = "south-caucasus"
name = "South Caucasus"
countries = ["Armenia", "Azerbaijan", "Georgia"]
[[sources]]
name = "site"
kind = "sitemap"
url = "{site}/sitemap.xml"
match = "/research/*/*"
every = "24h"
[[sources]]
name = "notes"
kind = "feed"
url = "{site}/feed.xml"
every = "24h"
[gather]
allow_networks = ["127.0.0.0/8"]
[schedule]
daily = "0 7 * * *"
'''
open(f"{work}/corridor.toml", "w").write(config)

def run(*args, ok=(0,), stdin=None):
    p = subprocess.run([corridor, *args, "--config", f"{work}/corridor.toml"], capture_output=True, text=True, input=stdin)
    if p.returncode not in ok:
        sys.exit(f"{args}: {p.returncode}\n{p.stdout}\n{p.stderr}")
    return p.stdout

def connect(program):
    return [program, "-h", sockets(), "-U", "corridor", "-d", "corridor"]

def sockets():
    return f"{work}/data/postgres/socket"

serve = subprocess.Popen([corridor, "serve", "--roles", "web", "--config", f"{work}/corridor.toml"], stdout=subprocess.DEVNULL, stderr=open(f"{work}/serve.log", "w"))
for _ in range(300):
    try:
        urllib.request.urlopen(base + "/readyz"); break
    except OSError:
        time.sleep(0.1)

try:
    rows = json.loads(run("gather", "--json"))
    open(f"{work}/dropped.md", "w").write("---\ntitle: An Imported Paper\nauthor: Saiga Notebook\ndate: 2026-10-20\nprogram: transport\nregion: central-asia\n---\n" + "Some words of an imported paper that has no address of its own. " * 8)
    run("articles", "import", f"{work}/dropped.md", "--news")
    run("articles", "label", f"{site}/research/energy/wind-farms", "--program", "energy", "--region", "south-caucasus")
    run("articles", "hold", f"{site}/research/transport/trains-east")
    readers = '''email,name,programs,regions,frequency,time_zone,status
anna@example.org,Anna Marsh,transport,central-asia,daily,UTC,active
Boris.Reed@EXAMPLE.org,Boris Reed,,,daily,Asia/Baku,active
IRINA@example.com,Irina Dale,energy;security,,daily,UTC,active
everything@example.net,,,,daily,UTC,active
weekly@example.net,,transport,,weekly,UTC,active
instant@example.net,,,south-caucasus,instant,UTC,active
gone@example.net,,,,daily,UTC,active
refused@example.net,,,,daily,UTC,active
later@example.net,,,,daily,UTC,active
lost@example.net,,,,daily,UTC,active
left@example.org,,,,daily,UTC,left
BLOCKED.Istanbul@example.org,,,,daily,UTC,active
erased.Izmir@example.org,,,,daily,UTC,active
'''
    open(f"{work}/readers.csv", "w").write(readers)
    run("subscribers", "import", f"{work}/readers.csv")
    run("subscribers", "suppress", "BLOCKED.Istanbul@example.org", "--detail", "asked by phone")
    run("subscribers", "suppress", "Stranger.IBAN@example.org", "--detail", "never a reader")
    run("subscribers", "erase", "erased.Izmir@example.org")

    def post(path, **form):
        data = urllib.parse.urlencode(form, doseq=True).encode()
        return urllib.request.urlopen(urllib.request.Request(base + path, data, headers={"Origin": base})).read().decode()

    post("/subscribe", email="pending@example.org", programs=["energy"], frequency="weekly", time_zone="Asia/Baku")
    run("digest", "send", "--frequency", "daily", "--now", "2026-11-28T08:00:00Z")
    special = json.loads(run("special", "create", "--subject", "Three articles on one sea", "--intro", "These belong together.", "--article", f"{site}/research/energy/oil-by-sea",
                             "--program", "energy", "--json"))["id"]
    run("special", "send", str(special))
    named = json.loads(run("special", "create", "--subject", "For two readers alone", "--intro", "Confidential words.", "--article", f"{site}/research/transport/lamp-on-the-pier",
                           "--reader", "anna@example.org", "--reader", "boris.reed@example.org", "--json"))["id"]
    run("special", "send", str(named))
    sender = subprocess.Popen([corridor, "serve", "--roles", "sender", "--config", f"{work}/corridor.toml"], stdout=subprocess.DEVNULL, stderr=open(f"{work}/sender.log", "w"),
                              env=dict(os.environ, CORRIDOR_SERVER_LISTEN="127.0.0.1:23404"))
    for _ in range(200):
        time.sleep(0.3)
        left = [e for e in json.loads(run("editions", "list", "--json")) if e["queued"] or e["sending"]]
        if not left and any(to == "pending@example.org" for to, _ in mails):
            break
    time.sleep(2)  # results are applied within a second
    sender.terminate(); sender.wait()
    facts = {"site": site, "base": base, "mails": [],
             "pages": pages, "feed": urllib.request.urlopen(f"{site}/feed.xml").read().decode(), "sitemap": urllib.request.urlopen(f"{site}/sitemap.xml").read().decode()}
    for to, data in mails:
        m = email.message_from_bytes(data, policy=email.policy.default)
        body = m.get_body(("plain",)).get_content()
        links = re.findall(re.escape(base) + r"\S+", body) + re.findall(re.escape(base) + r"[^>\s]+", m.get("List-Unsubscribe", ""))
        facts["mails"].append({"to": to, "subject": m["Subject"], "message_id": m["Message-ID"], "links": sorted(set(links))})
    # More that is queued when the upgrade comes: a digest without a sender, a paused special, a draft, a cancelled special.
    paused = json.loads(run("special", "create", "--subject", "Paused in the middle", "--intro", "Queued words.", "--article", f"{site}/research/energy/wind-farms", "--frequency", "daily", "--json"))["id"]
    run("special", "send", str(paused)); run("special", "pause", str(paused))
    cancelled = json.loads(run("special", "create", "--subject", "Cancelled before it left", "--intro", "Secret words.", "--article", f"{site}/research/energy/oil-by-sea", "--program", "transport", "--json"))["id"]
    run("special", "send", str(cancelled)); run("special", "pause", str(cancelled)); run("special", "cancel", str(cancelled))
    draft = json.loads(run("special", "create", "--subject", "A draft", "--intro", "Draft words.", "--article", f"{site}/research/energy/oil-by-sea", "--region", "central-asia", "--json"))["id"]
    run("digest", "send", "--frequency", "weekly", "--now", "2026-11-28T08:00:00Z")
    facts.update(special=special, named=named, paused=paused, cancelled=cancelled, draft=draft)
    facts["editions"] = json.loads(run("editions", "list", "--json"))
    facts["articles"] = json.loads(run("articles", "list", "--json"))
    facts["readers"] = [json.loads(run("subscribers", "show", e, "--json")) for e in re.findall(r"^([^,\s]+@[^,]+),", readers, re.M) if not e.startswith("erased")]
    facts["suppressed"] = ["blocked.istanbul@example.org", "stranger.iban@example.org", "erased.izmir@example.org", "gone@example.net"]
    facts["feeds"] = {}
    for name in ["all", "programs/energy", "programs/transport", "programs/security", "regions/central-asia", "regions/south-caucasus", "authors/anna-marsh"]:
        facts["feeds"][name] = json.loads(urllib.request.urlopen(f"{base}/feeds/{name}.json").read())
    dump = subprocess.run(connect("pg_dump") + ["--inserts", "--no-owner", "--no-privileges", "--rows-per-insert=1"], check=True, capture_output=True, text=True).stdout
    dump = "\n".join(l for l in dump.splitlines() if l and not l.startswith(("--", "\\restrict", "\\unrestrict", "SELECT pg_catalog.set_config('search_path'"))) + "\n"
    open(out_sql, "w").write(dump)
    json.dump(facts, open(out_json, "w"), indent=1, ensure_ascii=False, sort_keys=True)
    print(f"{len(mails)} mails, {len(facts['articles'])} articles, {len(facts['editions'])} editions")
finally:
    serve.terminate(); serve.wait()
    shutil.rmtree(work)
