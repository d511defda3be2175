"""Polls a feed with feedparser, as a reader would: poll_feedparser.py STATE ADDRESS.

STATE keeps the validators of the last answer. Prints what feedparser saw, as JSON.
"""

import json
import sys
import time

import feedparser


def moment(parsed):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else ""


state, address = sys.argv[1:]
try:
    with open(state) as file:
        validators = json.load(file)
except FileNotFoundError:
    validators = {}

feed = feedparser.parse(address, **validators)
if feed.bozo:
    sys.exit(f"feedparser finds the document malformed: {feed.bozo_exception}")
kept = {name: feed[name] for name in ("etag", "modified") if feed.get(name)}
with open(state, "w") as file:
    json.dump(kept or validators, file)

json.dump(
    [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "authors": [author.get("name", "") for author in entry.get("authors", [])],
            "categories": [tag.get("label") or tag.get("term") for tag in entry.get("tags", [])],
            "published": moment(entry.get("published_parsed")),
            "updated": moment(entry.get("updated_parsed")) if "updated" in entry else "",
            "content": entry.content[0].value,
        }
        for entry in feed.entries
    ],
    sys.stdout,
)
