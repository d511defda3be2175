package receiver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
)

// Listen opens an address: "host:port", or "unix:" and the path of a socket. A socket that a
// dead process left is replaced.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	network, path := "tcp", address
	if rest, found := strings.CutPrefix(address, "unix:"); found {
		network, path = "unix", rest
		if err := removeStale(ctx, path); err != nil {
			return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
		}
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, network, path)
	if err == nil && network == "unix" {
		// The mail server runs as another user. Signed addresses protect the receiver.
		err = os.Chmod(path, 0o666)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; is the address in use? choose another with bounces.listen", address, errors.Unwrap(err))
	}
	return l, nil
}

// removeStale removes a socket without a listener.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("it is a file, and not a socket")
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unix", path)
	if err == nil {
		return c.Close() // Listen reports that the address is in use
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return os.Remove(path)
	}
	return err
}
