package feeds

import (
	"net/netip"
	"sync"
	"time"
)

// clients counts requests by client and feed, in minutes that begin with a client's first
// request.
type clients struct {
	most int

	mu     sync.Mutex
	counts map[clientKey]clientCount
	swept  time.Time
}

type clientKey struct {
	addr  netip.Addr
	topic Topic
}

type clientCount struct {
	began time.Time
	n     int
}

// maxClients bounds the memory of the counts. Further clients are not counted.
const maxClients = 50_000

// take counts a request, or returns the time that the client must wait.
func (c *clients) take(addr netip.Addr, t Topic, now time.Time) time.Duration {
	if c.most < 1 {
		return 0
	}
	key := clientKey{addr, t}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[clientKey]clientCount{}
	}
	if now.Sub(c.swept) > time.Minute {
		for k, count := range c.counts {
			if now.Sub(count.began) >= time.Minute {
				delete(c.counts, k)
			}
		}
		c.swept = now
	}
	count, known := c.counts[key]
	if now.Sub(count.began) >= time.Minute {
		if !known && len(c.counts) >= maxClients {
			return 0
		}
		count = clientCount{began: now}
	}
	if count.n >= c.most {
		return count.began.Add(time.Minute).Sub(now)
	}
	count.n++
	c.counts[key] = count
	return 0
}

// Take counts a client's request for a feed, or returns the time that the client must wait
// after more than Options.PerMinute requests.
func (p *Publisher) Take(addr netip.Addr, t Topic, now time.Time) time.Duration {
	return p.clients.take(addr, t, now)
}
