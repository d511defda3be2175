package mailer

import (
	"context"
	"sync"

	"corridor/postgres"
)

// news forwards the database's notifications to the parts of a sender, over one connection.
type news struct {
	mu    sync.Mutex
	wants map[string][]chan struct{}
}

// of returns a channel that receives a value after notifications on the database's
// channels. It must be called before listen.
func (n *news) of(channels ...string) <-chan struct{} {
	c := make(chan struct{}, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.wants == nil {
		n.wants = map[string][]chan struct{}{}
	}
	for _, channel := range channels {
		n.wants[channel] = append(n.wants[channel], c)
	}
	return c
}

// listen forwards notifications until ctx ends.
func (n *news) listen(ctx context.Context, url string) {
	n.mu.Lock()
	var channels []string
	for channel := range n.wants {
		channels = append(channels, channel)
	}
	n.mu.Unlock()
	pass := func(channel, _ string) {
		n.mu.Lock()
		defer n.mu.Unlock()
		for _, c := range n.wants[channel] {
			signal(c)
		}
	}
	_ = postgres.Listen(ctx, url, channels, pass, func() {
		for _, channel := range channels {
			pass(channel, "")
		}
	})
}
