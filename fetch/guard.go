// Package fetch requests documents from servers that Corridor does not control. Its
// client connects to public addresses only, obeys robots.txt, sends one request at a time
// to a host, and limits the time and the size of every answer. Gathering uses the client.
// WebSub, which posts feeds to addresses that subscribers give, uses the guard.
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

// Guard decides which IP addresses may be connected to: public addresses, and addresses in
// Allowed.
type Guard struct{ Allowed []netip.Prefix }

// special are the special-purpose networks of RFC 6890 and its updates that no method of
// netip.Addr covers.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
	// Addresses of these networks embed an IPv4 address, which could be private.
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// Permits reports whether addr may be connected to.
func (g Guard) Permits(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, allowed := range g.Allowed {
		if allowed.Contains(addr) {
			return true
		}
	}
	if !addr.IsValid() || !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false // loopback, link-local, multicast, unspecified or private
	}
	for _, network := range special {
		if network.Contains(addr) {
			return false
		}
	}
	return true
}

// control checks the IP address just before the connection is made. At that point the name
// is resolved, so neither a name nor a redirect leads to a private address.
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

// Transport returns a transport with a guard on every connection. It ignores the proxy
// settings of the environment, because behind a proxy the guard would see the proxy's
// address instead of the server's.
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
