package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// pingEvery is how often a listener makes its server say something. A dead one is
// noticed by its silence.
const pingEvery = 20 * time.Second

// Listen calls notified for every notification on the channels until ctx ends, and rescan
// at the beginning and after each time the connection was lost: notifications in between
// are not delivered, so the caller must look at the rows. It returns when ctx ends, and
// waits for a database that does not answer.
func Listen(ctx context.Context, url string, channels []string, notified func(channel, payload string), rescan func()) error {
	listener := pq.NewDialListener(dialer{newConnections(), 3 * pingEvery / 2}, url, 100*time.Millisecond, 10*time.Second, nil)
	defer listener.Close()
	go func() { // Listen blocks while the database is away; closing ends it
		<-ctx.Done()
		listener.Close()
	}()
	for _, channel := range channels {
		if err := listener.Listen(channel); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	rescan()
	alive := time.NewTicker(pingEvery)
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n, ok := <-listener.Notify:
			switch {
			case !ok:
				return nil
			case n == nil: // the connection was lost and is back
				rescan()
			default:
				notified(n.Channel, n.Extra)
			}
		case <-alive.C:
			go func() { _ = listener.Ping() }()
		}
	}
}

// IsUnavailable reports whether err means that the database could not be asked, now,
// rather than that it said no: such work is worth repeating later.
func IsUnavailable(err error) bool {
	var e *pq.Error
	if errors.As(err, &e) {
		switch e.Code.Class() {
		case "08", "57", "53", "58": // connection exceptions, operator intervention, out of resources, system errors
			return e.Code != "57014" // query_canceled is our own doing
		case "XX": // a new session could not write its files: so a full disk shows, too
			return e.Severity == "FATAL"
		}
		return false
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &network) || errors.Is(err, net.ErrClosed) || isCut(err)
}

// IsStopped reports whether err means that the caller's context ended before the answer.
func IsStopped(err error) bool {
	var e *pq.Error
	return errors.Is(err, context.Canceled) || errors.As(err, &e) && e.Code == "57014"
}

// isCut reports whether the connection ended in the middle of an answer.
func isCut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
