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

// Listen calls notified for every notification on the channels until ctx ends, and
// rescan at the beginning and after each time the connection was lost: what was
// notified meanwhile is not delivered, so whoever listens must look at the rows. It
// returns when ctx ends; a database that is away is waited for.
func Listen(ctx context.Context, url string, channels []string, notified func(channel, payload string), rescan func()) error {
	listener := pq.NewDialListener(dialer{newLines(), 3 * pingEvery / 2}, url, 100*time.Millisecond, 10*time.Second, nil)
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

// IsUnavailable tells whether err means that the database could not be asked, now,
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

// IsStopped tells whether err means that the caller's context ended before the answer.
func IsStopped(err error) bool {
	var e *pq.Error
	return errors.Is(err, context.Canceled) || errors.As(err, &e) && e.Code == "57014"
}

// isCut tells whether the connection ended in the middle of an answer.
func isCut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
