// Command corridor gathers the articles of a publication, publishes them as feeds, and sends
// each reader a digest of exactly the programs and regions they chose.
//
// Each subcommand has its own file, which parses, calls another package and prints.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"corridor/articles/pdf"
	"corridor/config"
	"corridor/postgres"

	"github.com/alecthomas/kong"
)

// commandLine has every command and the flags that they share.
type commandLine struct {
	globals

	Demo  demoCommand  `cmd:"" help:"Run the whole service on sample articles and sample readers, on this machine alone."`
	Serve serveCommand `cmd:"" help:"Run the service: pages and feeds, scheduler, sender."`
	Check checkCommand `cmd:"" help:"Check configuration, database, mail servers and the DNS records of the sending domain."`

	Gather   gatherCommand   `cmd:"" help:"Gather once, and print a row for each article."`
	Sources  sourcesCommand  `cmd:"" help:"Sources: list, show, test, accept."`
	Articles articlesCommand `cmd:"" help:"Articles: list, show, hold, release, withdraw, label, import."`
	Labels   labelsCommand   `cmd:"" help:"Region labels against a labelled set: measure, export."`

	Feeds feedsCommand `cmd:"" help:"Feeds: export."`

	Digest      digestCommand      `cmd:"" help:"Digests: plan, send."`
	Special     specialCommand     `cmd:"" help:"Special editions: create, edit, preview, test, approve, send, pause, resume, cancel."`
	Editions    editionsCommand    `cmd:"" help:"Editions: list, show, uncertain, deliveries, retry, pause, resume, cancel."`
	Why         whyCommand         `cmd:"" help:"Explain why a reader did or did not get an article."`
	Subscribers subscribersCommand `cmd:"" help:"Readers: add, show, list, import, export, suppress, erase."`

	Bounces bouncesCommand `cmd:"" help:"Messages that came back: read, fetch, unread."`

	Suppressions suppressionsCommand `cmd:"" help:"Addresses that get no email: list, add, lift, import, export."`

	Keys keysCommand `cmd:"" help:"Keys of signed links: list, rotate, retire."`

	Bench   benchCommand   `cmd:"" help:"The project's own benchmarks, each beside a reference."`
	Migrate migrateCommand `cmd:"" help:"Database schema: up, down, status."`
	Version versionCommand `cmd:"" help:"Print version, commit and schema of this program."`

	KeepPostgres keeperCommand `cmd:"" hidden:"" name:"keep-postgres"`
}

// globals are the flags of every command.
type globals struct {
	Config string `help:"Configuration file." default:"corridor.toml" placeholder:"FILE"`
	config.Flags
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == pdf.Command {
		os.Exit(pdf.Serve(os.Stdin, os.Stdout))
	}
	// Finished feeds stay in memory for long. A lower target keeps the process small and
	// costs the collector little.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(40)
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // the terminal was closed; nohup ignores the signal
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals // the first one ends the program in order
		cancel()
		// One event may send two, as timeout(1) does: to the program and to its group.
		time.Sleep(oneEvent)
		for len(signals) > 0 {
			<-signals
		}
		// The second one ends it at once. The default action of the system would not, because
		// a shell makes programs in the background ignore Ctrl-C.
		<-signals
		os.Exit(stoppedAtOnce)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// oneEvent is the time in which further signals belong to the first one.
const oneEvent = 200 * time.Millisecond

// stoppedAtOnce is the exit status after a second signal: that of an interrupt in a shell.
const stoppedAtOnce = 130

// run runs the program and returns its exit status: 0 done, 1 failed, 2 wrong usage or
// configuration.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cl commandLine
	helped := false
	parser, err := kong.New(&cl,
		kong.Name("corridor"),
		kong.Description("Newsletters and feeds for a publication that sorts its work by program and region."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintf(stderr, "corridor: %v\n", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if helped { // --help has printed; kong would have ended the program
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "corridor: %v; see 'corridor --help'\n", err)
		return 2
	}
	p, err := newProgram(&cl.globals, stdout, stderr)
	if err != nil {
		return exitStatus(err, stderr)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if ctx.Err() != nil && postgres.IsStopped(err) {
		err = errors.New("stopped before it was done")
	}
	return exitStatus(err, stderr)
}

// temporaryFailure is the exit status that makes a mail server keep a message and try again:
// EX_TEMPFAIL of sysexits.h.
const temporaryFailure = 75

// exitStatus prints err in one line and returns the exit status for it.
func exitStatus(err error, stderr io.Writer) int {
	var usage *usageError
	var wrong *config.Error
	var temporary *temporaryError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &temporary):
		if !errors.Is(err, errReported) {
			fmt.Fprintf(stderr, "corridor: %v\n", temporary.err)
		}
		return temporaryFailure
	case errors.Is(err, errReported):
		return 1
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s\n", usage.message)
		return 2
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "%v\n", wrong)
		return 2
	}
	fmt.Fprintf(stderr, "corridor: %v\n", err)
	return 1
}
