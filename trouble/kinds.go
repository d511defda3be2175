package trouble

import "log/slog"

// Kind is the kind of a trouble. Its text is the label of the metric corridor_trouble and
// the value of the log key "trouble".
type Kind string

// The kinds of trouble.
const (
	Database   Kind = "database"    // the database does not answer
	Work       Kind = "work"        // a statement that is repeated fails although the database answers
	MailServer Kind = "mail_server" // no connection to a mail server: unreachable, TLS, authentication
	Refusals   Kind = "refusals"    // a mail server refuses us, whatever the email
	Compose    Kind = "compose"     // an email cannot be composed or signed
	Limit      Kind = "limit"       // a limit by hour or day is reached, or the sending window is closed
	Domain     Kind = "domain"      // a receiving domain asked for a pause
	Source     Kind = "source"      // a source cannot be gathered
	Job        Kind = "job"         // a scheduled job fails or is overdue
	Disk       Kind = "disk"        // the data folder has little space
	Alert      Kind = "alert"       // staff cannot be told of a trouble
	Hook       Kind = "hook"        // requests of a mail provider are refused
	Hub        Kind = "hub"         // another WebSub hub cannot be notified
)

// words are the lines of a kind.
type words struct {
	key          string // the log key that names the thing in trouble
	level        slog.Level
	begins, ends string
}

var kinds = map[Kind]words{
	Database: {"database", slog.LevelError, "the database does not answer; all work waits and is retried until it does", "the database is back"},
	Work:     {"work", slog.LevelWarn, "work on the database fails; it is repeated until it succeeds", "work on the database succeeds again"},
	MailServer: {
		"relay", slog.LevelWarn, "the mail server is unavailable or refuses connections; emails wait and it will be retried",
		"the mail server is available again",
	},
	Refusals: {"relay", slog.LevelWarn, "the mail server refuses our emails; they wait and will be retried", "the mail server accepts our emails again"},
	Compose:  {"of", slog.LevelError, "an email cannot be composed; it will be retried", "emails can be composed again"},
	Limit:    {"relay", slog.LevelInfo, "a limit of [smtp] holds; emails wait, and go on by themselves", "emails are sent again after a limit"},
	Domain:   {"domain", slog.LevelWarn, "a receiving domain asks for a pause; its emails wait", "the receiving domain accepts emails again"},
	Source:   {"source", slog.LevelWarn, "gathering a source fails; it will be retried", "the source can be gathered again"},
	Job:      {"job", slog.LevelError, "a scheduled job fails; it will be retried at its next tick", "the scheduled job succeeds again"},
	Disk:     {"folder", slog.LevelError, "the data folder is almost full", "the data folder has space again"},
	Alert:    {"way", slog.LevelWarn, "an alert cannot be sent; it will be retried", "alerts can be sent again"},
	Hook:     {"provider", slog.LevelWarn, "requests to the hook of a mail provider are refused; its secret in [hooks] may be wrong", "the hook of the mail provider takes events again"},
	Hub:      {"hub", slog.LevelWarn, "another WebSub hub cannot be notified; it will be retried", "the WebSub hub is notified again"},
}

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Database, Work, MailServer, Refusals, Compose, Limit, Domain, Source, Job, Disk, Alert, Hook, Hub}
}
