// Polls a feed and reads it with a parser from npm: npm.mjs PARSER STATE ADDRESS.
// STATE keeps the validators of the last answer. Prints what the parser saw, as JSON.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import FeedParser from "feedparser";
import { parseFeed } from "feedsmith";
import RSSParser from "rss-parser";

const [name, state, address] = process.argv.slice(2);
const list = (value) => (value === undefined || value === null ? [] : [value].flat());
const moment = (value) => (value ? new Date(value).toISOString().replace(".000Z", "Z") : "");

const parsers = {
  async feedparser(text) {
    const items = [];
    const parser = new FeedParser({ feedurl: address });
    Readable.from([text]).pipe(parser);
    for await (const item of parser) {
      items.push({
        id: item.guid, title: item.title, link: item.link, authors: list(item.author), categories: item.categories,
        published: moment(item.pubdate), content: item.description,
      });
    }
    return items;
  },

  async feedsmith(text) {
    const { format, feed } = parseFeed(text);
    switch (format) {
      case "rss":
        return list(feed.items).map((item) => ({
          id: item.guid.value, title: item.title, link: item.link, authors: list(item.dc?.creators), categories: list(item.categories).map((c) => c.name),
          published: moment(item.pubDate), content: item.content?.encoded,
        }));
      case "atom":
        return list(feed.entries).map((entry) => ({
          id: entry.id, title: entry.title?.value ?? entry.title, link: entry.links.find((l) => !l.rel || l.rel === "alternate").href,
          authors: list(entry.authors).map((a) => a.name), categories: list(entry.categories).map((c) => c.label),
          published: moment(entry.published), updated: moment(entry.updated), content: entry.content?.value ?? entry.content,
        }));
      case "json":
        return list(feed.items).map((item) => ({
          id: item.id, title: item.title, link: item.url, authors: list(item.authors).map((a) => a.name), categories: list(item.tags),
          published: moment(item.date_published), updated: moment(item.date_modified), content: item.content_html,
        }));
    }
    throw new Error(`feedsmith takes it for ${format}`);
  },

  async "rss-parser"(text) {
    const feed = await new RSSParser().parseString(text);
    return feed.items.map((item) => ({
      id: item.guid ?? item.id, title: item.title, link: item.link, authors: list(item.creator ?? item.author),
      categories: list(item.categories).map((c) => c._ ?? c.$?.label ?? c),
      published: moment(item.pubDate), content: item["content:encoded"] ?? item.content,
    }));
  },
};

const validators = existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : {};
const answer = await fetch(address, { headers: validators });
if (answer.status === 304) {
  console.log("[]");
} else if (answer.status !== 200) {
  throw new Error(`${address} answers ${answer.status}`);
} else {
  writeFileSync(state, JSON.stringify({ "If-None-Match": answer.headers.get("etag"), "If-Modified-Since": answer.headers.get("last-modified") }));
  console.log(JSON.stringify(await parsers[name](await answer.text())));
}
