// Command corridor gathers a publication's articles, publishes them as feeds, and
// mails each reader a digest of exactly the programs and regions they chose.
//
// Each subcommand is one file here; package service puts the others together.
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

	"corridor/config"
	"corridor/postgres"

	"github.com/alecthomas/kong"
)

// commandLine is every command and the flags they share.
type commandLine struct {
	globals

	Demo  demoCommand  `cmd:"" help:"Everything on sample articles and sample readers, on this machine alone."`
	Serve serveCommand `cmd:"" help:"The service: pages and feeds, scheduler, sender."`
	Check checkCommand `cmd:"" help:"Configuration, database, mail server, DNS of the sending domain, each with a remedy."`

	Gather   gatherCommand   `cmd:"" help:"Gather once, now: a row an article."`
	Articles articlesCommand `cmd:"" help:"Articles: list, show, hold, release, withdraw, label, import."`

	Feeds feedsCommand `cmd:"" help:"Feeds as static files."`

	Digest      digestCommand      `cmd:"" help:"Digests: who would get what, and send it."`
	Special     specialCommand     `cmd:"" help:"Special editions: create, edit, preview, test, approve, send, pause, resume, cancel."`
	Editions    editionsCommand    `cmd:"" help:"What was sent, to how many, with which result."`
	Why         whyCommand         `cmd:"" help:"Why a reader did or did not get an article."`
	Subscribers subscribersCommand `cmd:"" help:"Readers: add, show, list, import, export, suppress, erase."`

	Suppressions suppressionsCommand `cmd:"" help:"Addresses that are not written to: list, add, lift."`

	Bench   benchCommand   `cmd:"" help:"The project's own benchmarks, each beside a reference."`
	Migrate migrateCommand `cmd:"" help:"Database schema: up, down, status."`
	Version versionCommand `cmd:"" help:"Print version, commit and schema of this program."`

	KeepPostgres keeperCommand `cmd:"" hidden:"" name:"keep-postgres"`
}

// globals are the flags of every command.
type globals struct {
	Config string `help:"Configuration file." default:"corridor.toml" placeholder:"FILE"`
	config.Flags
	LogLevel string `help:"How much is logged: debug, info, warn, error." enum:"debug,info,warn,error" default:"info"`
}

func main() {
	// Finished feeds stay in memory for long: less slack above them keeps the whole
	// small, for little work of the collector.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(40)
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // the terminal closes, and nohup was not asked for
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals // the first asks for a clean end
		cancel()
		// A second one stops at once. To leave it to the system would not do: a shell has the
		// programs that it starts in the background ignore Ctrl-C.
		<-signals
		os.Exit(stoppedAtOnce)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// stoppedAtOnce is the exit status after a second signal, as shells count an interrupt.
const stoppedAtOnce = 130

// run is the program with its surroundings as arguments. It returns the exit
// status: 0 done, 1 failed, 2 wrong usage or configuration.
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
	if helped { // --help has printed and would have left
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "corridor: %v; see 'corridor --help'\n", err)
		return 2
	}
	p := newProgram(&cl.globals, stdout, stderr)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if ctx.Err() != nil && postgres.IsStopped(err) {
		err = errors.New("stopped before it was done")
	}
	return exitStatus(err, stderr)
}

// exitStatus says what went wrong, in one line, and which status that is.
func exitStatus(err error, stderr io.Writer) int {
	var usage *usageError
	var wrong *config.Error
	switch {
	case err == nil:
		return 0
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
