package articles

// DateSQL is an article's date, for ordering and for printing: its date of publication, but
// never a time after its release. An article without a date of publication, or with one
// that was still to come when the article was released, has the date of its release. It is
// an expression over the columns of articles. The index articles_newest has the same
// expression. See decision 0049.
const DateSQL = `LEAST(published, COALESCE(released_at, first_seen_at))`

// PrintedDateSQL is [DateSQL] for an article with a date of publication, else null.
const PrintedDateSQL = `CASE WHEN published IS NOT NULL THEN ` + DateSQL + ` END`

// NewsTimeSQL is the time at which a released article became news for readers: the time of
// its newest release number. The articles of a source's first gather were published before
// Corridor knew them. They have the time [DateSQL] instead, so that the backlog of a site
// is not news to a reader who subscribes after the first gather.
const NewsTimeSQL = `CASE WHEN news_at = '{}' AND numbered_at IS NOT DISTINCT FROM released_at THEN ` + DateSQL + ` ELSE COALESCE(numbered_at, released_at) END`

// EditedSQL is the time of the last edit that an article's page names, but never a time
// after the change was seen here. It is null when the page names no edit.
const EditedSQL = `CASE WHEN updated > changed_at THEN changed_at ELSE updated END`
