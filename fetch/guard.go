// Package fetch asks other people's servers, politely and without being led astray: it
// reaches public addresses only, obeys robots.txt, asks one host one thing at a time,
// and sets limits of time and size to every answer. Gathering uses it, and so does the
// delivery of feeds to subscribers who named their own address.
package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrPrivateAddress is returned for a connection to an address that is not public.
var ErrPrivateAddress = errors.New("leads to an address that is not public")

// Guard decides which addresses may be reached: public ones, and those in Allowed.
type Guard struct{ Allowed []netip.Prefix }

// special are networks that are not the public internet, besides those that
// netip.Addr knows by methods (RFC 6890 and its updates).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
	// These carry an IPv4 address inside, which could be a private one.
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// Permits tells whether addr may be reached.
func (g Guard) Permits(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, allowed := range g.Allowed {
		if allowed.Contains(addr) {
			return true
		}
	}
	if !addr.IsValid() || !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false // loopback, link-local, multicast, unspecified and private ones
	}
	for _, network := range special {
		if network.Contains(addr) {
			return false
		}
	}
	return true
}

// control looks at the address that is really connected to, after names have been
// resolved, so that no name and no redirect leads inside.
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !g.Permits(target.Addr()) {
		return fmt.Errorf("%w (%s); gather.allow_networks can allow it", ErrPrivateAddress, target.Addr())
	}
	return nil
}

// Transport returns a transport whose connections the guard has looked at. It takes no
// proxy from the environment, behind which the guard would see nothing.
func (g Guard) Transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: g.control}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           20,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
