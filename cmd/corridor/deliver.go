package main

import "context"

// deliver makes this process a sender until stop is called.
func (s *service) deliver(context.Context) (stop func() error, err error) {
	return func() error { return nil }, nil
}

// messageID is the Message-ID of an edition's mail to a reader.
func (s *service) messageID(edition, reader int64) string { return "" }
